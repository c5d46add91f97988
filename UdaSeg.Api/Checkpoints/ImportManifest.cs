using System.Text.Json;
using System.Text.Json.Serialization;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Training;

namespace UdaSeg.Api.Checkpoints;

/// <summary>A manifest as a client writes it: what it leaves out or gets wrong is told by field.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ImportManifest
{
    public string? Name { get; init; }

    public ImportArchitecture? Architecture { get; init; }

    /// <summary>A whole label space, or the id of one that the server knows.</summary>
    public JsonElement LabelSpace { get; init; }

    public ImportNormalisation? Normalisation { get; init; }

    public PixelSize? BaseSize { get; init; }

    public CheckpointOrigin? Origin { get; init; }

    /// <summary>A model that labels chose stays marked as one wherever it goes.</summary>
    public string? Selection { get; init; }

    public byte[]? TargetStyle { get; init; }

    public string? Digest { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public IReadOnlyDictionary<string, double>? Metrics { get; init; }
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ImportArchitecture
{
    public string? Backbone { get; init; }

    public int OutputStride { get; init; } = 16;

    public IReadOnlyList<int>? MultiGrid { get; init; }

    public int AsppChannels { get; init; }

    public int DecoderChannels { get; init; }
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ImportNormalisation
{
    public IReadOnlyList<double>? Mean { get; init; }

    public IReadOnlyList<double>? Std { get; init; }
}
