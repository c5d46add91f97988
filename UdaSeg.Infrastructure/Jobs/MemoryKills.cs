using System.Globalization;

namespace UdaSeg.Infrastructure.Jobs;

/// <summary>
/// The kernel's count of processes that it killed for want of memory, of this machine and of this control group. A child that died of SIGKILL while it grew
/// most likely died of that; the signal alone does not tell.
/// </summary>
internal static class MemoryKills
{
    private static readonly string[] Counters = ["/proc/vmstat", "/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control"];

    /// <returns>Grows with each kill; 0 where nothing can be read.</returns>
    public static long Count() => Counters.Sum(Read);

    internal static long Parse(string text) => text.Split('\n')
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Where(words => words is ["oom_kill", _])
        .Sum(words => long.TryParse(words[1], CultureInfo.InvariantCulture, out long count) ? count : 0);

    private static long Read(string path)
    {
        try
        {
            return File.Exists(path) ? Parse(File.ReadAllText(path)) : 0;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
