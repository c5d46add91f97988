namespace UdaSeg.Infrastructure.Jobs;

/// <summary>How a trainer died without recording a reason, and how often that may happen in a row without progress.</summary>
/// <param name="Cause">A phrase for the run's history.</param>
/// <param name="Code">Of the failure, should it come to that.</param>
/// <param name="MaxFruitless">So many such deaths in a row at no later an iteration end the run.</param>
internal sealed record RunDeath(string Cause, string Code, int MaxFruitless)
{
    private const int Sigkill = 128 + 9;

    /// <summary>What killed a process once at this size kills it again; what crashes may be luck; and who kills by hand means this process only.</summary>
    /// <param name="end">Of the child.</param>
    /// <param name="outOfMemory">Whether the kernel killed for want of memory meanwhile.</param>
    /// <param name="asked">Whether a client wanted it killed.</param>
    public static RunDeath Of(ChildEnd end, bool outOfMemory, bool asked = false) => end.ExitCode switch
    {
        Sigkill when asked => new("killed, as a client asked", "trainer-crashed", 10),
        Sigkill when outOfMemory => new("killed for want of memory", "out-of-memory", 2),
        Sigkill => new(TrainerExit.Describe(end.ExitCode), "trainer-crashed", 10),
        TrainerExit.Finished => new("ended without its last model", "trainer-crashed", 3),
        _ => new(TrainerExit.Describe(end.ExitCode), "trainer-crashed", 3),
    };

    /// <returns>What a user can act on.</returns>
    public string Advice(int times) => Code == "out-of-memory"
        ? $"The trainer was killed {times} times for want of memory without getting further: lower batchSize, crop or the network's channels, or give the machine more memory."
        : $"The trainer died {times} times without getting further; the last time it {Was()}{Cause}.";

    private string Was() => Cause.StartsWith("killed", StringComparison.Ordinal) ? "was " : "";
}
