using System.Runtime.InteropServices;

namespace UdaSeg.Bench.Measuring;

/// <summary>What the figures hold for.</summary>
internal static class Machine
{
    private static readonly string[] Telling = ["avx2", "avx512f", "avx512_bf16", "avx_vnni", "amx_bf16"];

    public static string Describe()
    {
        string[] lines = File.Exists("/proc/cpuinfo") ? File.ReadAllLines("/proc/cpuinfo") : [];
        string model = Field(lines, "model name"), flags = $" {Field(lines, "flags")} ";
        string extensions = string.Join(' ', Telling.Where(f => flags.Contains($" {f} ", StringComparison.Ordinal)));
        long gib = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30;
        return $"{model}, {Environment.ProcessorCount} processors ({extensions}), {gib} GiB, {RuntimeInformation.FrameworkDescription}";
    }

    private static string Field(string[] lines, string name) =>
        lines.FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "unknown";
}
