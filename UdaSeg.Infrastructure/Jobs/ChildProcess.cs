using System.Diagnostics;
using System.Runtime.InteropServices;
using UdaSeg.Infrastructure.Telemetry;

namespace UdaSeg.Infrastructure.Jobs;

/// <param name="ExitCode">See <see cref="TrainerExit"/>.</param>
/// <param name="LastLines">The end of what it wrote to standard error.</param>
internal sealed record ChildEnd(int ExitCode, IReadOnlyList<string> LastLines);

/// <summary>What a supervisor wants of its child.</summary>
internal enum ChildOrder
{
    None,

    /// <summary>In good order, within the grace.</summary>
    Stop,

    /// <summary>At once.</summary>
    Kill,
}

/// <summary>
/// Runs a child to its end on the calling thread. A stop is passed on as SIGTERM, so that the child can write a checkpoint; if it does not end
/// within the grace it is killed. The child's standard input is a pipe held here: it ends with this process, however that dies.
/// </summary>
internal sealed class ChildProcess(TimeProvider clock)
{
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private const int PollMilliseconds = 250;
    private const int KeptLines = 40;
    private const int Sigterm = 15;

    /// <param name="start">What is started; its streams are redirected here.</param>
    /// <param name="order">Asked some four times a second.</param>
    /// <param name="started">Told the process id.</param>
    /// <param name="said">Told each line of its standard output, on other threads: its log.</param>
    public ChildEnd Run(ProcessStartInfo start, Func<ChildOrder> order, Action<int>? started = null, Action<string>? said = null)
    {
        (start.UseShellExecute, start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (false, true, true, true);
        Tracing.HandOn(start);
        using var process = new Process { StartInfo = start };
        var lines = new Queue<string>();
        process.OutputDataReceived += (_, line) => Tell(said, line.Data); // read in any case, so that the pipe never fills
        process.ErrorDataReceived += (_, line) => Keep(lines, line.Data);
        process.Start();
        started?.Invoke(process.Id);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        long? asked = null;
        while (!process.WaitForExit(PollMilliseconds))
        {
            ChildOrder now = order();
            if (now == ChildOrder.Kill || (asked is { } since && clock.GetElapsedTime(since) > Grace))
            {
                process.Kill(entireProcessTree: true);
            }
            else if (now == ChildOrder.Stop && asked is null)
            {
                _ = Kill(process.Id, Sigterm);
                asked = clock.GetTimestamp();
            }
        }

        process.WaitForExit(); // now also until the streams are read
        lock (lines) return new ChildEnd(process.ExitCode, [.. lines]);
    }

    private static void Tell(Action<string>? said, string? line)
    {
        if (!string.IsNullOrWhiteSpace(line)) said?.Invoke(line);
    }

    private static void Keep(Queue<string> lines, string? line)
    {
        if (line is null) return;
        lock (lines)
        {
            lines.Enqueue(line);
            if (lines.Count > KeptLines) lines.Dequeue();
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int pid, int signal);
}
