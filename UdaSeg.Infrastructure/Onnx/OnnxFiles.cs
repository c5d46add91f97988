using System.Globalization;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Torch.Safetensors;

namespace UdaSeg.Infrastructure.Onnx;

/// <summary>
/// Exported checkpoints in the artifact store, under <c>exports/{checkpoint}/v{exporter}.onnx</c>. Each is made when it is first asked for; what several
/// hosts make at the same time are the same bytes.
/// </summary>
internal sealed class OnnxFiles(IArtifactStore artifacts, CheckpointStore checkpoints) : IDisposable
{
    private const string Prefix = "exports/";

    // An export takes twice the weights in memory: one at a time, whatever arrives.
    private readonly SemaphoreSlim _exports = new(1);

    public static string KeyOf(Guid checkpoint) => $"{FolderOf(checkpoint)}v{OnnxExport.Version}.onnx";

    /// <returns>The file's identity: a checkpoint never changes, and neither does what one version of the exporter makes of it.</returns>
    public static string TagOf(Guid checkpoint) => $"{checkpoint:N}-onnx{OnnxExport.Version}";

    /// <returns>At the file's start; seekable.</returns>
    /// <exception cref="RuleViolationException">
    /// <c>weights-not-found</c> (404): they are gone; <c>checkpoint-unloadable</c> (422), with why; <c>checkpoint-not-found</c> (404): deleted meanwhile.
    /// </exception>
    public async Task<Stream> OpenAsync(Checkpoint checkpoint, CancellationToken cancel)
    {
        string key = KeyOf(checkpoint.Id);
        if (TryOpen(key) is { } known) return known;
        await _exports.WaitAsync(cancel);
        try
        {
            if (TryOpen(key) is { } made) return made;
            return await Task.Run(() => Export(checkpoint, key), cancel);
        }
        finally
        {
            _exports.Release();
        }
    }

    /// <summary>Deletes what was exported of a checkpoint, by whatever version.</summary>
    public void Delete(Guid checkpoint)
    {
        foreach (string key in artifacts.List(FolderOf(checkpoint))) artifacts.Delete(key);
    }

    /// <summary>Deletes files of checkpoints that are gone (a server died between the two deletions) and of earlier exporters.</summary>
    /// <returns>How many.</returns>
    public int DeleteOrphans(CancellationToken cancel = default)
    {
        int deleted = 0;
        IEnumerable<(Guid Checkpoint, int Version, string Key)> found = artifacts.List(Prefix).Select(Parse).OfType<(Guid Checkpoint, int Version, string Key)>();
        foreach (IGrouping<Guid, (Guid Checkpoint, int Version, string Key)> files in found.GroupBy(f => f.Checkpoint))
        {
            cancel.ThrowIfCancellationRequested();
            bool gone = checkpoints.Find(files.Key) is null;

            // Those of a later version are another host's, which has been upgraded already.
            foreach ((_, _, string key) in files.Where(f => gone || f.Version < OnnxExport.Version))
            {
                artifacts.Delete(key);
                deleted++;
            }
        }

        return deleted;
    }

    public void Dispose() => _exports.Dispose();

    private static string FolderOf(Guid checkpoint) => $"{Prefix}{checkpoint}/";

    private Stream Export(Checkpoint checkpoint, string key)
    {
        IReadOnlyList<TensorEntry> weights = Read(checkpoint);
        try
        {
            artifacts.Write(key, output => OnnxExport.Write(output, checkpoint.Manifest, weights, OnnxHead.FullSize, checkpoint.Id));
        }
        catch (RuleViolationException fault)
        {
            throw Unloadable(fault);
        }

        // A deletion removes the row first and the files after it: one that came meanwhile has left this file to us.
        if (checkpoints.Find(checkpoint.Id) is null) Delete(checkpoint.Id);
        return TryOpen(key) ?? throw CheckpointStore.NotFound(checkpoint.Id.ToString());
    }

    private IReadOnlyList<TensorEntry> Read(Checkpoint checkpoint)
    {
        try
        {
            using Stream file = artifacts.OpenRead(checkpoint.WeightsKey);
            return SafetensorsReader.Read(file);
        }
        catch (FileNotFoundException gone)
        {
            throw new RuleViolationException(RuleKind.NotFound, "weights-not-found", "The checkpoint's weights are gone.", inner: gone);
        }
        catch (RuleViolationException fault)
        {
            throw Unloadable(fault);
        }
    }

    private Stream? TryOpen(string key)
    {
        try
        {
            return artifacts.OpenRead(key);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private static (Guid Checkpoint, int Version, string Key)? Parse(string key) =>
        key.Split('/') is [_, var folder, ['v', .. var version, '.', 'o', 'n', 'n', 'x']] && Guid.TryParse(folder, out Guid id)
            && int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? (id, number, key)
            : null;

    private static RuleViolationException Unloadable(RuleViolationException fault) =>
        new(RuleKind.Unusable, "checkpoint-unloadable", $"The checkpoint cannot be exported: {fault.Message}", inner: fault);
}
