namespace UdaSeg.Domain.Checkpoints;

/// <summary>A published model: its manifest, and the key of its weights in the artifact store.</summary>
public sealed record Checkpoint(Guid Id, CheckpointManifest Manifest, string WeightsKey, long Bytes, DateTimeOffset CreatedAt);
