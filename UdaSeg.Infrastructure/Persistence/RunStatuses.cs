using UdaSeg.Domain.Training;

namespace UdaSeg.Infrastructure.Persistence;

/// <summary>Groups of statuses as queries need them; <see cref="RunTransitions"/> has them as rules.</summary>
internal static class RunStatuses
{
    /// <summary>A trainer may be at work.</summary>
    public static readonly RunStatus[] Open = [RunStatus.Running, RunStatus.Cancelling];

    public static readonly RunStatus[] Ended = [RunStatus.Succeeded, RunStatus.Failed, RunStatus.Cancelled];
}
