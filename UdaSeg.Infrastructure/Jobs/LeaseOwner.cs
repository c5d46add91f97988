using System.Globalization;

namespace UdaSeg.Infrastructure.Jobs;

/// <summary>
/// Who holds a lease: <c>host/process@start/boot</c>. A process whose end can be seen from here need not be waited for; of one on another host, or in
/// another container, only its silence tells.
/// </summary>
internal static class LeaseOwner
{
    /// <summary>This process.</summary>
    public static string Self { get; } = $"{Environment.MachineName}/{Environment.ProcessId}@{StartOf(Environment.ProcessId)}/{World()}";

    /// <returns>Whether the owner was a process of this very system and is no more. False whenever that cannot be told.</returns>
    public static bool IsGone(string owner)
    {
        string[] parts = owner.Split('/');
        if (parts.Length != 3 || parts[2] != World() || parts[2].Length == 0) return false;
        string[] process = parts[1].Split('@');
        if (process.Length != 2 || !int.TryParse(process[0], NumberStyles.None, CultureInfo.InvariantCulture, out int id)) return false;
        return StartOf(id) != process[1]; // a number that was given anew has another start
    }

    /// <summary>In clock ticks since boot; empty when there is no such process.</summary>
    private static string StartOf(int process)
    {
        const int startTime = 19; // field 22 of /proc/{pid}/stat; the first after the name is field 3
        try
        {
            string stat = File.ReadAllText($"/proc/{process}/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            bool dead = fields[0] is "Z" or "X"; // ended, and not yet waited for by its parent
            return dead ? "" : fields[startTime];
        }
        catch (Exception absent) when (absent is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    /// <summary>One boot of one machine, seen from one process namespace; empty where the system does not tell.</summary>
    private static string World()
    {
        try
        {
            string boot = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
            string? space = new FileInfo("/proc/self/ns/pid").LinkTarget;
            return space is null ? "" : $"{boot[..8]}-{space.Trim(']').Split('[')[^1]}";
        }
        catch (Exception absent) when (absent is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
