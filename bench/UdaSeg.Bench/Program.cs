using UdaSeg.Bench.Measuring;
using UdaSeg.Infrastructure.Torch;

namespace UdaSeg.Bench;

/// <summary>Side-by-side measurements: <c>UdaSeg.Bench NAME [--option value]…</c>. Each prints a Markdown table; docs/performance.md holds results.</summary>
internal static class Program
{
    private static readonly IReadOnlyDictionary<string, (string Does, Action<BenchOptions> Run)> Benches =
        new Dictionary<string, (string, Action<BenchOptions>)>(StringComparer.Ordinal)
        {
            ["serve"] = ("a segmentation by each engine, against plain ONNX Runtime", ServeBench.Run),
            ["plan"] = ("a training step's memory as estimated, against a process's own", PlanBench.Run),
        };

    public static int Main(string[] args)
    {
        TorchRuntime.TuneProcess(); // before torch loads
        if (args.Length == 0 || !Benches.TryGetValue(args[0], out (string Does, Action<BenchOptions> Run) bench))
        {
            Console.Error.WriteLine("Usage: UdaSeg.Bench NAME [--option value]…");
            foreach ((string name, (string does, _)) in Benches) Console.Error.WriteLine($"  {name,-12} {does}");
            return 2;
        }

        try
        {
            Console.WriteLine(Machine.Describe());
            bench.Run(BenchOptions.Parse(args[1..]));
            return 0;
        }
        catch (ArgumentException refused)
        {
            Console.Error.WriteLine(refused.Message);
            return 2;
        }
    }
}
