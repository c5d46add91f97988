using Microsoft.Extensions.Logging;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Infrastructure.Serving.Engines;

namespace UdaSeg.Infrastructure.Jobs;

/// <summary>
/// Tries an engine in a process of its own: on some processors the tensor library's native code kills the process at certain layers, and that must not be
/// the one that serves. It happens once a kind of network and machine; the choice is remembered.
/// </summary>
internal sealed class ChildEngineCheck(IChildProgram program, TimeProvider clock, ILogger<ChildEngineCheck> log) : IEngineCheck
{
    /// <summary>Of loading and one image; an engine that takes longer would not be chosen.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public bool Survives(Checkpoint checkpoint, string engine)
    {
        long began = clock.GetTimestamp();
        ChildEnd end = new ChildProcess(clock).Run(
            program.Command("try-engine", "--checkpoint", checkpoint.Id.ToString(), "--engine", engine),
            () => clock.GetElapsedTime(began) > Patience ? ChildOrder.Kill : ChildOrder.None);
        if (end.ExitCode == TrainerExit.Finished) return true;
        log.LogWarning("The engine {Engine} is passed over: its trial {End}. {Lines}", engine, TrainerExit.Describe(end.ExitCode), string.Join('\n', end.LastLines));
        return false;
    }
}
