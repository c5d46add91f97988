using System.Text.Json;
using System.Text.Json.Serialization;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Training;

namespace UdaSeg.Domain.Checkpoints;

/// <summary>What a weights file means: everything a reader needs to build the network and to interpret its output (contract, "Manifest of a checkpoint").</summary>
public sealed record CheckpointManifest
{
    public required string Name { get; init; }

    public required CheckpointArchitecture Architecture { get; init; }

    public required LabelSpace LabelSpace { get; init; }

    public required Normalisation Normalisation { get; init; }

    /// <summary>The size that whole target images had when the model was adapted and measured (baseSize.target); null: their own.</summary>
    public PixelSize? BaseSize { get; init; }

    public CheckpointOrigin? Origin { get; init; }

    /// <summary><c>oracle</c> when target labels chose the iteration; null: the last one of its stage.</summary>
    public ModelSelection? Selection { get; init; }

    /// <summary>Mean photometric style of the target domain that the model was adapted to, as the bytes of a <c>StyleProfile</c>.</summary>
    public byte[]? TargetStyle { get; init; }

    /// <summary>SHA-256 of the weights file, lower-case hex.</summary>
    public required string Digest { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Named figures in 0..1, such as <c>miou</c>.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
}

public sealed record CheckpointArchitecture(Backbone Backbone, int OutputStride, IReadOnlyList<int> MultiGrid, int AsppChannels, int DecoderChannels)
{
    public static CheckpointArchitecture Of(NetworkSettings network) =>
        new(network.Backbone, 16, network.MultiGrid ? [1, 2, 4] : [1, 1, 1], network.AsppChannels, network.DecoderChannels);

    /// <returns>The names of what differs, as in the manifest; empty for equal architectures.</returns>
    public IReadOnlyList<string> DifferencesTo(CheckpointArchitecture other)
    {
        var differences = new List<string>();
        if (Backbone != other.Backbone) differences.Add("backbone");
        if (OutputStride != other.OutputStride) differences.Add("outputStride");
        if (!MultiGrid.SequenceEqual(other.MultiGrid)) differences.Add("multiGrid");
        if (AsppChannels != other.AsppChannels) differences.Add("asppChannels");
        if (DecoderChannels != other.DecoderChannels) differences.Add("decoderChannels");
        return differences;
    }
}

/// <summary>RGB in 0..1 becomes (x − mean) / std.</summary>
public sealed record Normalisation(IReadOnlyList<double> Mean, IReadOnlyList<double> Std)
{
    public static Normalisation ImageNet { get; } = new([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]);

    public static Normalisation None { get; } = new([0, 0, 0], [1, 1, 1]);

    public static Normalisation Of(InputNormalisation kind) => kind == InputNormalisation.ImageNet ? ImageNet : None;
}

public sealed record CheckpointOrigin(Guid Run, int Stage, long Iteration);
