using UdaSeg.Bench.Measuring;
using UdaSeg.Infrastructure.Torch;

namespace UdaSeg.Bench;

/// <summary>Side-by-side measurements: <c>UdaSeg.Bench NAME [--option value]…</c>. Each prints a Markdown table; docs/performance.md holds results.</summary>
internal static class Program
{
    private static readonly IReadOnlyDictionary<string, (string Does, Action<BenchOptions> Run)> Benches =
        new Dictionary<string, (string, Action<BenchOptions>)>(StringComparer.Ordinal)
        {
            ["agree"] = ("labels of each engine against the trained network: --manifest --weights --images", AgreeBench.Run),
            ["conv"] = ("single convolutions of the torch engine", ConvBench.Run),
            ["soak"] = ("the real service under mixed load for ten minutes: --seconds", SoakBench.Run),
            ["storm"] = ("the real service under mutated requests: --requests --seed", StormBench.Run),
            ["server"] = ("the real service over HTTP: start, memory, overhead", ServerBench.Run),
            ["overload"] = ("the real service under many times its capacity: --size --times --seconds --workers --waiting", OverloadBench.Run),
            ["serve"] = ("a segmentation by each engine, against plain ONNX Runtime", ServeBench.Run),
            ["train"] = ("a training step in every precision and layout, beside PyTorch", TrainBench.Run),
            ["data"] = ("what a loading thread spends on a batch, by part", DataBench.Run),
            ["run"] = ("a training run on synthetic images: time of an iteration, share of waiting, memory over time", RunBench.Run),
            ["shapes"] = ("1x1 convolutions in processes of their own: which are safe, and which way is fastest", ShapesBench.Run),
            ["shape"] = ("one of them, in this process", ShapesBench.RunOne),
            ["align"] = ("photometric alignment beside OpenCV: --images --size --crop --rounds", AlignBench.Run),
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
