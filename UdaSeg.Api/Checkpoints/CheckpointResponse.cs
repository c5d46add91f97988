using UdaSeg.Domain.Checkpoints;

namespace UdaSeg.Api.Checkpoints;

/// <summary>A published model: its manifest and where its weights are.</summary>
/// <param name="Id">Names it everywhere, as does an alias.</param>
/// <param name="Run">That trained it; null for an imported one.</param>
/// <param name="Stage">0 coarse, 1..K adaptation.</param>
/// <param name="Iteration">Over all stages.</param>
/// <param name="Bytes">Of the weights.</param>
/// <param name="CreatedAt">When it was published.</param>
/// <param name="Manifest">What the weights mean.</param>
/// <param name="Aliases">Names that serve it.</param>
/// <param name="Links">Addresses of what belongs to it.</param>
public sealed record CheckpointResponse(
    Guid Id, Guid? Run, int? Stage, long? Iteration, long Bytes, DateTimeOffset CreatedAt, CheckpointManifest Manifest, IReadOnlyList<string> Aliases,
    IReadOnlyDictionary<string, string> Links)
{
    internal static CheckpointResponse Of(Checkpoint checkpoint, IEnumerable<string> aliases)
    {
        CheckpointOrigin? origin = checkpoint.Imported ? null : checkpoint.Manifest.Origin;
        string self = $"{CheckpointEndpoints.Path}/{checkpoint.Id}";
        var links = new Dictionary<string, string> { ["self"] = self, ["weights"] = self + "/weights", ["onnx"] = self + "/onnx" };
        return new CheckpointResponse(
            checkpoint.Id, origin?.Run, origin?.Stage, origin?.Iteration, checkpoint.Bytes, checkpoint.CreatedAt, checkpoint.Manifest, [.. aliases], links);
    }
}
