using System.Text.Json;
using UdaSeg.Api.Requests;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Photometry;
using UdaSeg.Domain.Training;

namespace UdaSeg.Api.Checkpoints;

/// <summary>From a client's manifest to one that can be published: every fault of it at once.</summary>
internal static class ImportManifestReader
{
    private const int MaxNameLength = 300;

    private const int MaxMetrics = 100;

    private static readonly JsonSerializerOptions Json = Options();

    /// <exception cref="JsonException">When the text is not JSON of a manifest's form.</exception>
    public static ImportManifest Parse(string text) =>
        JsonSerializer.Deserialize<ImportManifest>(text, Json) ?? throw new JsonException("A manifest is an object.");

    /// <param name="posted">The client's.</param>
    /// <param name="known">The label space that the manifest names by its id, if it does.</param>
    /// <param name="digest">Of the weights that came with it.</param>
    /// <param name="now">Stands in for a missing time of creation.</param>
    /// <exception cref="RuleViolationException">422: <c>manifest-invalid</c>, <c>unknown-label-space</c>, <c>invalid-label-space</c>, <c>digest-mismatch</c>.</exception>
    public static CheckpointManifest Read(ImportManifest posted, LabelSpace? known, string digest, DateTimeOffset now)
    {
        var faults = new FaultList();
        faults.Require(NameRule.Fits(posted.Name, MaxNameLength), "name", $"A name of 1 to {MaxNameLength} characters is needed.");
        CheckpointArchitecture architecture = ReadArchitecture(posted.Architecture ?? new ImportArchitecture(), faults);
        Normalisation normalisation = ReadNormalisation(posted.Normalisation, faults);
        ModelSelection? selection = posted.Selection is null ? null : EnumNames.Read(posted.Selection, ModelSelection.Last, "selection", faults);
        CheckStyle(posted.TargetStyle, faults);
        faults.Require(posted.BaseSize is null or { Width: >= 16 and <= 8192, Height: >= 16 and <= 8192 }, "baseSize", "Sides of 16 to 8192 pixels.");
        IReadOnlyDictionary<string, double> metrics = posted.Metrics ?? new Dictionary<string, double>();
        bool figures = metrics.Count <= MaxMetrics && metrics.All(m => m.Key.Length <= 100 && NameRule.IsPlain(m.Key) && m.Value is >= 0 and <= 1);
        faults.Require(figures, "metrics", $"At most {MaxMetrics} named figures of 0 to 1.");
        faults.ThrowIfAny("manifest-invalid", "The manifest is not usable.");
        LabelSpace space = ReadSpace(posted.LabelSpace, known);
        CheckDigest(posted.Digest, digest);
        return new CheckpointManifest
        {
            Name = posted.Name!.Trim(),
            Architecture = architecture,
            LabelSpace = space,
            Normalisation = normalisation,
            BaseSize = posted.BaseSize,
            Origin = posted.Origin,
            Selection = selection,
            TargetStyle = posted.TargetStyle,
            Digest = digest,
            CreatedAt = posted.CreatedAt?.ToUniversalTime() ?? now,
            Metrics = metrics,
        };
    }

    private static JsonSerializerOptions Options()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        JsonBodies.Configure(options);
        options.RespectNullableAnnotations = false; // faults of a manifest are told by field
        return options;
    }

    private static CheckpointArchitecture ReadArchitecture(ImportArchitecture posted, FaultList faults)
    {
        if (string.IsNullOrEmpty(posted.Backbone)) faults.Add("architecture.backbone", $"One of {string.Join(", ", EnumNames.Of<Backbone>())} is needed.");
        Backbone backbone = EnumNames.Read(posted.Backbone, Backbone.ResNet101, "architecture.backbone", faults);
        IReadOnlyList<int> grid = posted.MultiGrid ?? [1, 2, 4];
        faults.Require(posted.OutputStride == 16, "architecture.outputStride", "16 is the only one.");
        faults.Require(grid is [1, 2, 4] or [1, 1, 1], "architecture.multiGrid", "[1, 2, 4] or [1, 1, 1].");
        faults.Require(posted.AsppChannels is >= 8 and <= 2048, "architecture.asppChannels", "8 to 2048.");
        faults.Require(posted.DecoderChannels is >= 8 and <= 2048, "architecture.decoderChannels", "8 to 2048.");
        return new CheckpointArchitecture(backbone, posted.OutputStride, grid, posted.AsppChannels, posted.DecoderChannels);
    }

    private static Normalisation ReadNormalisation(ImportNormalisation? posted, FaultList faults)
    {
        faults.Require(posted?.Mean is { Count: 3 } && posted.Mean.All(double.IsFinite), "normalisation.mean", "Three finite numbers are needed.");
        faults.Require(posted?.Std is { Count: 3 } && posted.Std.All(v => v is >= 1e-6 and <= 1e6), "normalisation.std", "Three positive numbers are needed.");
        return new Normalisation(posted?.Mean ?? [], posted?.Std ?? []);
    }

    private static void CheckStyle(byte[]? style, FaultList faults)
    {
        try
        {
            if (style is not null) StyleProfile.FromBytes(style);
        }
        catch (Exception fault) when (fault is InvalidDataException or ArgumentException)
        {
            faults.Add("targetStyle", "These bytes are no style profile of a known version.");
        }
    }

    private static LabelSpace ReadSpace(JsonElement posted, LabelSpace? known)
    {
        if (posted.ValueKind == JsonValueKind.String)
        {
            return known ?? throw Unusable("unknown-label-space", "labelSpace", $"There is no label space '{JsonBodies.Text(posted, "labelSpace")}'.");
        }

        LabelSpace? space = posted.ValueKind == JsonValueKind.Object ? posted.Deserialize<LabelSpace>(Json) : null;
        if (space is null || space.Classes is null || space.Classes.Any(c => c is null) || space.Subsets?.Values.Any(s => s is null) == true
            || !NameRule.Fits(space.Id, 100))
        {
            throw Unusable("manifest-invalid", "labelSpace", "A label space with an id, a name and its classes, or the id of a known one, is needed.");
        }

        return LabelSpace.Create(space.Id, space.Name, space.Classes, space.Subsets);
    }

    private static void CheckDigest(string? posted, string digest)
    {
        if (posted is null || string.Equals(posted, digest, StringComparison.OrdinalIgnoreCase)) return;
        throw Unusable("digest-mismatch", "digest", "The weights' SHA-256 is not the manifest's: the file was changed or came incomplete.");
    }

    private static RuleViolationException Unusable(string code, string field, string message) =>
        new(RuleKind.Unusable, code, message, new Dictionary<string, string[]> { [field] = [message] });
}
