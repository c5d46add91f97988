using System.Globalization;

namespace UdaSeg.Infrastructure.Jobs;

/// <summary>How a child process tells its supervisor what came of it. Every other code means that it died.</summary>
internal static class TrainerExit
{
    public const int Finished = 0;

    /// <summary>Stopped as asked, after a resumable checkpoint.</summary>
    public const int Cancelled = 10;

    /// <summary>Failed for a reason that would repeat; the child has recorded it.</summary>
    public const int Failed = 20;

    /// <summary>The run is no longer this child's: it wrote nothing more.</summary>
    public const int Lost = 30;

    // A shell's convention, which .NET follows: 128 + the signal's number.
    private const int SignalBase = 128;

    /// <returns>A phrase for the run's history.</returns>
    public static string Describe(int code) => code switch
    {
        Finished => "finished",
        Cancelled => "stopped after a checkpoint",
        Failed => "failed",
        Lost => "the run was taken over by another process",
        > SignalBase and <= SignalBase + 64 => $"killed by signal {code - SignalBase}{NameOf(code - SignalBase)}",
        _ => "ended with exit code " + code.ToString(CultureInfo.InvariantCulture),
    };

    private static string NameOf(int signal) => signal switch
    {
        4 => " (illegal instruction)",
        6 => " (abort)",
        7 => " (bus error)",
        8 => " (arithmetic exception)",
        9 => " (killed, perhaps for want of memory)",
        11 => " (segmentation fault)",
        15 => " (termination)",
        _ => "",
    };
}
