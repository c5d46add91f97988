namespace UdaSeg.Domain.Checkpoints;

/// <summary>A published model: its manifest, and the key of its weights in the artifact store.</summary>
/// <param name="Id">Names it everywhere.</param>
/// <param name="Manifest">What the weights mean.</param>
/// <param name="WeightsKey">In the artifact store.</param>
/// <param name="Bytes">Of the weights.</param>
/// <param name="CreatedAt">When it was published here.</param>
/// <param name="Imported">A client brought it: its manifest's origin is hearsay, and it belongs to no run here.</param>
public sealed record Checkpoint(Guid Id, CheckpointManifest Manifest, string WeightsKey, long Bytes, DateTimeOffset CreatedAt, bool Imported = false);
