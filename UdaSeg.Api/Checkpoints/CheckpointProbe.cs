using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Serving;

namespace UdaSeg.Api.Checkpoints;

/// <summary>
/// Loads a checkpoint before an alias is switched to it: a failed load keeps the old one serving and says why, and a good one is warm when the first
/// request comes.
/// </summary>
internal sealed class CheckpointProbe(IArtifactStore artifacts, SegmenterPool pool, ILogger<CheckpointProbe> log)
{
    /// <exception cref="RuleViolationException"><c>checkpoint-unloadable</c> (422).</exception>
    public async Task CheckAsync(Checkpoint checkpoint)
    {
        if (!artifacts.Exists(checkpoint.WeightsKey)) throw Unloadable("its weights are gone.");
        try
        {
            await Task.Run(() => pool.Rent(checkpoint).Dispose()); // work of seconds
        }
        catch (RuleViolationException rule) when (rule.InnerException is not RuleViolationException)
        {
            log.LogError(rule.InnerException, "Checkpoint {Checkpoint} cannot be loaded", checkpoint.Id);
            throw;
        }
    }

    private static RuleViolationException Unloadable(string reason) => new(RuleKind.Unusable, "checkpoint-unloadable", "The checkpoint cannot be loaded: " + reason);
}
