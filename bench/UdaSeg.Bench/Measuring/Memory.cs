using System.Globalization;

namespace UdaSeg.Bench.Measuring;

/// <summary>Of this process, as the system counts it.</summary>
internal static class Memory
{
    public static double PeakMiB() => Status("VmHWM");

    public static double ResidentMiB() => Status("VmRSS");

    private static double Status(string field)
    {
        string line = File.ReadLines("/proc/self/status").First(l => l.StartsWith(field, StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
    }
}
