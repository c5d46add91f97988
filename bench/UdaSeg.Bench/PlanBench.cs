using System.Diagnostics;
using System.Globalization;
using TorchSharp;
using UdaSeg.Bench.Measuring;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.SelfTraining;
using UdaSeg.Domain.Training;
using UdaSeg.Domain.Training.Estimates;
using UdaSeg.Infrastructure.Torch;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Stages;

namespace UdaSeg.Bench;

/// <summary>
/// A training step's memory as estimated, against what a process of its own took: what its forward pass left alive, and its peak after some steps. The
/// estimate is of one step on one batch, without the data pipeline.
/// </summary>
internal static class PlanBench
{
    private const int Classes = 19;
    private const double MiB = 1 << 20;

    private const string DefaultShapes =
        "resnet50:2:512x256:coarse resnet101:1:512x256:coarse resnet50:1:512x256:adaptation resnet34:2:256x192:adaptation resnet18:4:256x192:coarse "
        + "resnet18:4:128x80:adaptation mobilenet_v2:2:512x256:coarse mobilenet_v2:4:256x192:adaptation";

    public static void Run(BenchOptions options)
    {
        if (options.Text("shape", "") is { Length: > 0 } shape) Measure(shape, options.Number("steps", 4));
        else Compare(options.Text("shapes", DefaultShapes).Split(' ', StringSplitOptions.RemoveEmptyEntries), options.Text("steps", "4"));
    }

    private static void Compare(IEnumerable<string> shapes, string steps)
    {
        Console.WriteLine("| network, batch, crop, stage | kept after forward, MiB: estimated | measured | ratio | peak, MiB: estimated | measured | ratio |");
        Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|");
        foreach (string shape in shapes)
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!, ["plan", "--shape", shape, "--steps", steps]) { RedirectStandardOutput = true };
            using Process child = Process.Start(start)!;
            string[] lines = child.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            child.WaitForExit();
            if (child.ExitCode != 0) throw new ArgumentException($"The measurement of '{shape}' ended with {child.ExitCode}.");
            double[] n = [.. lines[^1].Split(' ').Select(v => double.Parse(v, CultureInfo.InvariantCulture))];
            Console.WriteLine($"| {shape} | {n[0]:0} | {n[1]:0} | {n[0] / n[1]:0.00} | {n[2]:0} | {n[3]:0} | {n[2] / n[3]:0.00} |");
        }
    }

    /// <summary>In this process, which must have done nothing else.</summary>
    private static void Measure(string shape, int steps)
    {
        (TrainingPlan plan, bool adaptation) = Read(shape);
        TorchRuntime.SetThreads(0);
        IterationCosts costs = IterationCosts.Of(plan, Classes, adaptation);
        MemoryEstimate memory = MemoryEstimate.Of(costs, 0, 0);
        using DeepLabV3Plus network = NetworkFactory.Create(CheckpointArchitecture.Of(plan.Network), Classes, 1, torch.CPU);
        using var sgd = new Sgd(network, plan.Optimizer);
        BatchNormPolicy.Train(network, plan.Network.BatchNorm, plan.BatchSize);
        Batch batch = RandomBatch(plan, adaptation);
        var centers = new Adaptation(plan, RandomCenters(plan), torch.CPU);
        double before = Memory.ResidentMiB(), kept = 0;
        for (int step = 0; step < steps; step++)
        {
            using DisposeScope scope = torch.NewDisposeScope();
            LossTerms terms = adaptation ? centers.Losses(network, batch) : CoarseAlignment.Losses(network, plan, batch, torch.CPU);
            if (step == 0) kept = Memory.ResidentMiB() - before;
            sgd.ZeroGradients();
            terms.Total.backward();
            sgd.Step(1e-4);
        }

        double[] figures = [(memory.Activations + memory.HeldResults) / MiB, kept, memory.Total / MiB, Memory.PeakMiB()];
        Console.WriteLine(string.Join(' ', figures.Select(f => f.ToString("0.0", CultureInfo.InvariantCulture))));
    }

    private static (TrainingPlan Plan, bool Adaptation) Read(string shape)
    {
        string[] parts = shape.Split(':');
        if (parts.Length != 4) throw new ArgumentException($"'{shape}' is no backbone:batch:widthxheight:coarse|adaptation.");
        Backbone backbone = Enum.Parse<Backbone>(parts[0].Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
        int[] sides = [.. parts[2].Split('x').Select(s => int.Parse(s, CultureInfo.InvariantCulture))];
        TrainingPlan plan = TrainingPresets.Paper with
        {
            BatchSize = int.Parse(parts[1], CultureInfo.InvariantCulture),
            Crop = new PixelSize(sides[0], sides[1]),
            Network = new NetworkSettings(backbone),
        };
        return (plan, parts[3] == "adaptation");
    }

    private static Batch RandomBatch(TrainingPlan plan, bool adaptation)
    {
        int pixels = plan.BatchSize * plan.Crop.Width * plan.Crop.Height;
        var random = new Random(1);
        float[] Images() => [.. Enumerable.Range(0, 3 * pixels).Select(_ => random.NextSingle())];
        byte[] Labels() => [.. Enumerable.Range(0, pixels).Select(_ => (byte)random.Next(Classes))];
        return new Batch(0, Images(), Labels(), adaptation ? new TargetBatch(Images(), Images(), Labels(), 1) : null);
    }

    private static CategoryCenters RandomCenters(TrainingPlan plan)
    {
        var random = new Random(2);
        var sums = new CategoryCenterSums(Classes, plan.Network.DecoderChannels);
        for (int c = 0; c < Classes; c++) sums.Add([.. Enumerable.Range(0, plan.Network.DecoderChannels).Select(_ => random.NextSingle())], c);
        return sums.Build();
    }
}
