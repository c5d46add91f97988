using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using UdaSeg.Bench.Measuring;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.SelfTraining;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Torch;

namespace UdaSeg.Bench;

/// <summary>The real trainer on synthetic images, one coarse stage and one of adaptation: what an iteration takes, waits for and leaves in memory.</summary>
internal static class RunBench
{
    public static void Run(BenchOptions options)
    {
        string preset = options.Text("preset", "small");
        (int width, int height) = options.Size("image", preset == "paper" ? "1914x1052" : "640x352");
        int iterations = options.Number("iterations", 100);
        TrainingPlan plan = TrainingPlanReader.Read(preset, JsonDocument.Parse(options.Text("options", "{}")).RootElement) with
        {
            Stages = options.Number("stages", 1),
            CoarseIterations = options.Number("coarse", iterations),
            StageIterations = iterations,
            CheckpointEvery = 1_000_000,
            Quality = new QualitySettings(0),
        };
        TorchRuntime.SetThreads(options.Number("threads", 0));
        using var samples = new SyntheticSamples(options.Number("images", 12), width, height);
        string folder = Directory.CreateTempSubdirectory("udaseg-bench-").FullName;
        try
        {
            Console.WriteLine($"\n{preset}, {plan.Network.Backbone}, {plan.Compute}, crop {plan.Crop.Width}×{plan.Crop.Height}, batch {plan.BatchSize}\n");
            new TorchTrainer(new SkiaImageCodec(), new NoWeights(), TimeProvider.System).Train(
                new TrainingJob(Guid.NewGuid(), "bench", plan, SyntheticSamples.Space, samples.All, samples.All, []),
                new FileArtifactStore(folder), new Printer(options.Number("every", Math.Max(1, iterations / 10))), CancellationToken.None);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed class NoWeights : IWeightSource
    {
        public Stream Open(string pretrained) => throw new FileNotFoundException(pretrained);
    }

    private sealed class Printer(int every) : IRunJournal
    {
        private readonly List<double> _seconds = [];
        private long _last = Stopwatch.GetTimestamp();
        private int _stage = -1;

        public void Progress(RunProgress progress)
        {
            // Told by the metrics.
        }

        public void Metrics(RunMetrics metrics)
        {
            double seconds = Stopwatch.GetElapsedTime(_last).TotalSeconds;
            _last = Stopwatch.GetTimestamp();
            if (metrics.Stage != _stage) (_stage, seconds) = (metrics.Stage, double.NaN); // what lay between the stages is no iteration
            if (double.IsFinite(seconds)) _seconds.Add(seconds);
            if (metrics.Iteration % every != 0 || _seconds.Count == 0) return;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"stage {metrics.Stage} iteration {metrics.Iteration}: {1000 * Comparison.Median(_seconds):0} ms (best {1000 * _seconds.Min():0}), waiting {metrics.WaitShare:P1}, loss {metrics.Losses["total"]:0.000}, {ResidentMegabytes()} MB resident"));
            _seconds.Clear();
        }

        public void StagePrepared(StageSummary summary) => Console.WriteLine($"stage {summary.Stage} prepared");

        public void StageMeasured(int stage, StageQuality quality)
        {
            // Switched off.
        }

        public void StateSaved(int stage, long iteration)
        {
            // As good as never.
        }

        public void CheckpointPublished(Checkpoint checkpoint) => Console.WriteLine($"{checkpoint.Manifest.Name} published");

        public void Evaluated(int stage, long iteration, EvaluationReport report)
        {
            // There is no evaluation set.
        }

        public void Log(string message) => Console.WriteLine(message);

        private static long ResidentMegabytes()
        {
            using var process = Process.GetCurrentProcess();
            return process.WorkingSet64 >> 20;
        }
    }
}
