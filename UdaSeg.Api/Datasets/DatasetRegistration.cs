using System.Text.Json;
using UdaSeg.Api.Requests;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Labels;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Imaging.Datasets;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Datasets;

/// <summary>Checks what a client posted, as far as that takes no look at the files themselves, and makes the data set of it.</summary>
internal sealed class DatasetRegistration(UdaSegSettings settings, LabelSpaceStore spaces, TimeProvider clock)
{
    private const string DefaultLabelSpace = "cityscapes19";

    private const int MaxName = 100, MaxPath = 1000;

    /// <summary>A folder on the server.</summary>
    /// <exception cref="RuleViolationException">
    /// 422: <c>no-dataset-roots</c>, and those of <see cref="DescribeAsync"/> and <see cref="Locate"/>.
    /// </exception>
    public async Task<Dataset> CreateAsync(CreateDataset posted, CancellationToken cancel)
    {
        Dataset dataset = await DescribeAsync(posted, cancel);
        if (settings.DatasetRoots.Count > 0) return Locate(dataset, settings.DatasetRoots, posted);
        throw new RuleViolationException(
            RuleKind.Unusable,
            "no-dataset-roots",
            "The server allows no folder for data sets. Its operator sets UdaSeg:DatasetRoots (in the environment: UdaSeg__DatasetRoots__0).");
    }

    /// <summary>All that needs no look at a disk.</summary>
    /// <exception cref="RuleViolationException">
    /// 422: <c>invalid-dataset</c>, <c>unsupported-layout</c>, <c>unknown-label-space</c>, <c>invalid-mapping</c>.
    /// </exception>
    public async Task<Dataset> DescribeAsync(CreateDataset posted, CancellationToken cancel)
    {
        Dataset dataset = Read(posted);
        string id = string.IsNullOrWhiteSpace(posted.LabelSpace) ? DefaultLabelSpace : posted.LabelSpace;
        LabelSpace space = await spaces.FindAsync(id, cancel) ?? throw UnknownSpace(id);
        return dataset with { LabelSpace = id, Mapping = ReadMapping(posted.Mapping, dataset.Layout, space) };
    }

    /// <summary>Finds the folders, and what their files' names alone tell.</summary>
    /// <exception cref="RuleViolationException">
    /// 422: <c>path-outside-roots</c>, <c>dataset-path-not-found</c>, <c>dataset-empty</c>, <c>dataset-mismatched</c>, <c>dataset-unreadable</c>.
    /// </exception>
    public static Dataset Locate(Dataset dataset, IReadOnlyList<string> roots, CreateDataset posted)
    {
        dataset = FindFolders(dataset, roots, explicitLabels: posted.Labels.ValueKind == JsonValueKind.String);
        try
        {
            RequireSamples(dataset);
            return dataset;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new RuleViolationException(RuleKind.Unusable, "dataset-unreadable", "The data set's folders cannot be read from the disk.", inner: fault);
        }
    }

    private Dataset Read(CreateDataset posted)
    {
        FaultList faults = new();
        faults.Require(NameRule.Fits(posted.Name, MaxName), "name", $"A name of 1 to {MaxName} printable characters is needed.");
        if (string.IsNullOrEmpty(posted.Domain)) faults.Add("domain", "source or target is needed.");
        DatasetDomain domain = EnumNames.Read(posted.Domain, DatasetDomain.Target, "domain", faults);
        faults.Require(
            posted.Labels.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.String,
            "labels",
            "A sub-folder's name, or null for an unlabelled set.");
        CheckLengths(posted, faults);
        faults.Require(domain != DatasetDomain.Source || posted.Labels.ValueKind != JsonValueKind.Null, "labels", "A source data set needs labels.");
        faults.ThrowIfAny("invalid-dataset", "The data set cannot be registered like this.");
        DateTimeOffset now = clock.GetUtcNow();
        return new Dataset
        {
            Id = Guid.CreateVersion7(now),
            Name = posted.Name.Trim(),
            Domain = domain,
            Layout = ReadLayout(posted.Layout),
            Path = posted.Path,
            Root = "",
            Split = string.IsNullOrWhiteSpace(posted.Split) ? null : posted.Split,
            LabelSpace = DefaultLabelSpace,
            Images = string.IsNullOrWhiteSpace(posted.Images) ? "images" : posted.Images,
            Labels = posted.Labels.ValueKind switch
            {
                JsonValueKind.Null => null,
                JsonValueKind.String => JsonBodies.Text(posted.Labels, "labels"),
                _ => "labels",
            },
            Status = DatasetStatus.Validating,
            CreatedAt = now,
        };
    }

    // No file system has longer paths, and messages repeat them.
    private static void CheckLengths(CreateDataset posted, FaultList faults)
    {
        string? labels = posted.Labels.ValueKind == JsonValueKind.String ? JsonBodies.Text(posted.Labels, "labels") : null;
        (string Field, string? Text)[] paths = [("path", posted.Path), ("split", posted.Split), ("images", posted.Images), ("labels", labels), ("labelSpace", posted.LabelSpace)];
        foreach ((string field, string? text) in paths) faults.Require(text is null || text.Length <= MaxPath, field, $"At most {MaxPath} characters.");
    }

    /// <summary>What the names alone tell is told at once; what the files hold is found by validation.</summary>
    private static void RequireSamples(Dataset dataset)
    {
        DatasetListing listing = FolderDatasetReader.List(dataset);
        if (listing.Samples.Count == 0) throw Unusable("dataset-empty", "path", $"There is no PNG, JPEG or WebP image in '{dataset.Path}'.");
        if (dataset.Labels is null || listing.Samples.Any(s => s.LabelPath is not null)) return;
        throw Unusable("dataset-mismatched", "labels", "No label has the name of an image: they are paired by file name without ending.");
    }

    private static RuleViolationException Unusable(string code, string field, string message) =>
        new(RuleKind.Unusable, code, message, new Dictionary<string, string[]> { [field] = [message] });

    private static DatasetLayout ReadLayout(string? text)
    {
        FaultList faults = new();
        DatasetLayout layout = EnumNames.Read(text, DatasetLayout.Folder, "layout", faults);
        faults.ThrowIfAny("unsupported-layout", "The layout is not known.");
        return layout;
    }

    /// <summary>The client's mapping, else the one that comes with the layout and the label space, else the identity.</summary>
    private static LabelMapping ReadMapping(CreateMapping? posted, DatasetLayout layout, LabelSpace space)
    {
        if (posted is null) return BuiltInLabelMappings.Find(layout, space.Id) ?? LabelMapping.Identity;
        FaultList faults = new();
        LabelMappingKind kind = EnumNames.Read(posted.Kind, LabelMappingKind.Index, "mapping.kind", faults);
        faults.ThrowIfAny("invalid-mapping", "The label mapping is not usable.");
        LabelMapping mapping = new(kind, posted.Values);
        _ = new LabelReader(mapping, space.Count); // throws with every fault
        return mapping;
    }

    private static Dataset FindFolders(Dataset dataset, IReadOnlyList<string> roots, bool explicitLabels)
    {
        ResolvedFolder found = DatasetRoots.Resolve(roots, dataset.Path);
        dataset = dataset with { Root = found.Root };
        LayoutRule rule = LayoutRule.For(dataset);
        DatasetRoots.SubFolder(found.Root, found.FullPath, rule.Images);
        if (rule.Labels is null) return dataset;
        try
        {
            DatasetRoots.SubFolder(found.Root, found.FullPath, rule.Labels);
            return dataset;
        }
        catch (RuleViolationException missing) when (missing.Code == "dataset-path-not-found" && !explicitLabels && dataset.Domain == DatasetDomain.Target)
        {
            // Target sets mostly have no labels, and nobody should need to say so.
            string warning = $"There is no folder '{rule.Labels}': the data set is taken as unlabelled.";
            return dataset with { Labels = null, Report = DatasetReport.Empty with { Warnings = [warning] } };
        }
    }

    private static RuleViolationException UnknownSpace(string id)
    {
        string message = $"There is no label space '{id}'.";
        return new RuleViolationException(RuleKind.Unusable, "unknown-label-space", message, new Dictionary<string, string[]> { ["labelSpace"] = [message] });
    }
}
