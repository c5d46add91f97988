namespace UdaSeg.Infrastructure.Jobs;

/// <summary>
/// Fires as soon as the host begins to stop. Hangfire's own token comes only when a job has outstayed the server's shutdown, too late for a child that
/// has a checkpoint to write.
/// </summary>
internal sealed record ServerStopping(CancellationToken Token);
