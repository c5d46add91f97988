using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Ports;

namespace UdaSeg.Api.Checkpoints;

/// <summary>Tries a checkpoint before an alias is switched to it: a failed load keeps the old one serving and says why.</summary>
internal sealed class CheckpointProbe(IArtifactStore artifacts, IServiceProvider services, ILogger<CheckpointProbe> log)
{
    /// <exception cref="RuleViolationException"><c>checkpoint-unloadable</c> (422).</exception>
    public void Check(Checkpoint checkpoint)
    {
        if (!artifacts.Exists(checkpoint.WeightsKey)) throw Unloadable("its weights are gone.");
        try
        {
            services.GetService<ISegmenterLoader>()?.Load(checkpoint).Dispose();
        }
        catch (RuleViolationException rule)
        {
            throw Unloadable(rule.Message, rule);
        }
        catch (Exception fault)
        {
            log.LogError(fault, "Checkpoint {Checkpoint} cannot be loaded", checkpoint.Id);
            throw Unloadable("its weights do not fit its manifest.", fault);
        }
    }

    private static RuleViolationException Unloadable(string reason, Exception? inner = null) =>
        new(RuleKind.Unusable, "checkpoint-unloadable", "The checkpoint cannot be loaded: " + reason, inner: inner);
}
