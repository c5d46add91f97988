using UdaSeg.Domain.Errors;
using UdaSeg.Infrastructure.Serving;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Segmentations;

/// <summary>Loads what the alias <c>default</c> names when the server starts, so that the first request does not wait for it.</summary>
internal sealed class ModelWarmUp(UdaSegSettings settings, SegmenterPool pool, CheckpointLookup lookup, ILogger<ModelWarmUp> log) : BackgroundService
{
    private const string Alias = "default";

    /// <summary>Loaded, or there is nothing to load, or it failed: requests then say why.</summary>
    public bool Done { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (settings.Role == ServerRole.Worker) return; // which segments nothing: the memory is the trainer's
            if (await lookup(Alias, stoppingToken) is { } checkpoint) await Task.Run(() => pool.Rent(checkpoint).Dispose(), stoppingToken);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            log.LogError((fault as RuleViolationException)?.InnerException ?? fault, "The alias {Alias} names a checkpoint that cannot be loaded", Alias);
        }
        finally
        {
            Done = true;
        }
    }
}

/// <summary>Ready means that the first request is answered as fast as the second.</summary>
internal sealed class ModelCheck(ModelWarmUp warmUp) : IReadinessCheck
{
    public string Name => "model";

    public ValueTask<string?> CheckAsync(CancellationToken cancel) => ValueTask.FromResult(warmUp.Done ? null : "The default checkpoint is being loaded.");
}
