using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using UdaSeg.Api.Requests;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Infrastructure.Imaging.Datasets.Archives;
using UdaSeg.Infrastructure.Imaging.Datasets.Owned;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Datasets;

/// <summary>
/// A data set that comes as a zip: streamed to a file below the data root, checked, unpacked beside it, sent to where other hosts find it, and published by a
/// rename. Whatever fails, nothing stays.
/// </summary>
internal sealed class ArchiveRegistration(
    UdaSegSettings settings, OwnedDatasets owned, DatasetRegistration registration, DatasetStore datasets,
    IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions> json, TimeProvider clock)
{
    private const int MaxManifestBytes = 1 << 20;

    // Beside archive and manifest: boundaries and the parts' headers.
    private const int MaxFormBytes = 64 << 10;

    private ArchiveLimits Limits { get; } =
        new(settings.Limits.MaxArchiveEntries, settings.Limits.MaxArchiveUnpackedBytes, settings.Limits.MaxArchiveRatio);

    /// <returns>The registered data set, still to be validated.</returns>
    /// <exception cref="RuleViolationException">
    /// 413: <c>archive-too-large</c>; <c>missing-part</c> and the like (400); those of <see cref="ArchiveReader.Unpack"/> and
    /// <see cref="DatasetRegistration"/>.
    /// </exception>
    public async Task<Dataset> RegisterAsync(HttpRequest request, CancellationToken cancel)
    {
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        using DatasetWorkspace workspace = owned.Open(id);
        CreateDataset manifest = await ReadAsync(request, workspace.ScratchFile, cancel);
        Dataset described = await registration.DescribeAsync(manifest, cancel) with { Id = id, Origin = DatasetOrigin.Archive };
        Dataset dataset = await Task.Run(() => Unpack(described, manifest, workspace, cancel), cancel);
        await datasets.AddAsync(dataset, CancellationToken.None); // a client that leaves now must not make row and folder part
        workspace.Keep();
        return dataset;
    }

    private Dataset Unpack(Dataset described, CreateDataset manifest, DatasetWorkspace workspace, CancellationToken cancel)
    {
        using (FileStream archive = File.OpenRead(workspace.ScratchFile)) ArchiveReader.Unpack(archive, Limits, workspace.Write, cancel);
        if (described.Path.Length == 0) described = described with { Path = SoleFolder(workspace.Folder, described) };
        Dataset dataset = DatasetRegistration.Locate(described, [workspace.Folder], manifest);
        workspace.Publish(cancel);
        return dataset with { Root = owned.FolderOf(described.Id) };
    }

    /// <summary>Most archivers put everything below one folder, of whose name nobody thinks when writing a manifest.</summary>
    private static string SoleFolder(string folder, Dataset dataset)
    {
        if (Directory.Exists(Path.Combine(folder, Infrastructure.Imaging.Datasets.LayoutRule.For(dataset).Images))) return ".";
        string[] folders = Directory.GetDirectories(folder);
        return folders.Length == 1 ? Path.GetFileName(folders[0]) : ".";
    }

    private async Task<CreateDataset> ReadAsync(HttpRequest request, string scratch, CancellationToken cancel)
    {
        CreateDataset? manifest = null;
        await FormParts.ReadAsync(
            request,
            settings.Limits.MaxArchiveBytes + MaxManifestBytes + MaxFormBytes,
            ["archive", "manifest"],
            async (name, part) =>
            {
                if (name == "archive") await SaveAsync(part, scratch, cancel);
                else manifest = await ReadManifestAsync(part, cancel);
            },
            cancel,
            (_, actual) => TooLarge(settings.Limits.MaxArchiveBytes, actual));
        if (!File.Exists(scratch)) throw FormParts.Missing("archive", "The part 'archive' is missing.");
        return manifest ?? throw FormParts.Missing("manifest", "The part 'manifest' is missing.");
    }

    private async Task SaveAsync(Stream part, string scratch, CancellationToken cancel)
    {
        await using var file = new FileStream(scratch, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous);
        await new LimitedStream(part, settings.Limits.MaxArchiveBytes, TooLarge).CopyToAsync(file, 1 << 17, cancel);
    }

    /// <summary>The body of a plain registration, but for the path, which may be absent.</summary>
    private async Task<CreateDataset> ReadManifestAsync(Stream part, CancellationToken cancel)
    {
        using PooledBytes text = await PooledBytes.ReadAsync(new LimitedStream(part, MaxManifestBytes), null, cancel);
        JsonNode? node = JsonNode.Parse(
            text.Span, new JsonNodeOptions { PropertyNameCaseInsensitive = true }, new JsonDocumentOptions { MaxDepth = JsonBodies.MaxDepth });
        if (node is not JsonObject manifest) throw new JsonException("An object is needed.");
        try
        {
            if (manifest["path"] is null) manifest["path"] = "";
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidOperationException)
        {
            throw new JsonException("A member comes twice, or its name is no text.", fault); // found out at the first look only
        }

        return manifest.Deserialize<CreateDataset>(json.Value.SerializerOptions)!;
    }

    private static RuleViolationException TooLarge(long limit, long actual) =>
        new(RuleKind.TooLarge, "archive-too-large", $"The archive exceeds the limit of {limit} bytes.") { Exceeded = (limit, actual) };
}
