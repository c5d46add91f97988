using System.Globalization;

namespace UdaSeg.Bench.Measuring;

/// <summary>Of a process, as the system counts it.</summary>
internal static class Memory
{
    public static double PeakMiB() => Status("self", "VmHWM");

    public static double ResidentMiB() => Status("self", "VmRSS");

    public static double ResidentMiB(int process) => Status($"{process}", "VmRSS");

    private static double Status(string process, string field)
    {
        string line = File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith(field, StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
    }
}
