using TorchSharp;
using UdaSeg.Bench.Measuring;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Torch;
using UdaSeg.Infrastructure.Torch.Losses;
using UdaSeg.Infrastructure.Torch.Network;
using static TorchSharp.torch;

namespace UdaSeg.Bench;

/// <summary>A whole training step (forward, cross-entropy, backward, SGD) in every precision and layout, beside PyTorch on the same network and shapes.</summary>
internal static class TrainBench
{
    public static void Run(BenchOptions options)
    {
        string backbone = options.Text("backbone", "mobilenetV2");
        (int width, int height) = options.Size("size", "512x256");
        int batch = options.Number("batch", 2), channels = options.Number("channels", 128), threads = options.Number("threads", Environment.ProcessorCount);
        TorchRuntime.SetThreads(threads);
        string[] words = ["--backbone", backbone, "--batch", $"{batch}", "--width", $"{width}", "--height", $"{height}", "--channels", $"{channels}", "--threads", $"{threads}"];
        (string, string) sleep = ("OMP_WAIT_POLICY", "PASSIVE"); // as UdaSeg's own: peers that spin while others run would slow them
        var network = new NetworkSettings(Enum.Parse<Backbone>(backbone, ignoreCase: true), AsppChannels: channels, DecoderChannels: channels);
        string only = options.Text("only", "");
        IContender?[] all =
        [
            new TrainingStep("float32", network, new ComputeSettings(Precision.Float32, ChannelsLastMode.Off), batch, width, height),
            new TrainingStep("float32, channels-last", network, new ComputeSettings(Precision.Float32, ChannelsLastMode.On), batch, width, height),
            new TrainingStep("bf16", network, new ComputeSettings(Precision.BFloat16, ChannelsLastMode.Off), batch, width, height),
            new TrainingStep("bf16, channels-last", network, new ComputeSettings(Precision.BFloat16, ChannelsLastMode.On), batch, width, height),
            only == "ours" ? null : Peer.Start("PyTorch float32", "torch_step.py", words, sleep),
            only == "ours" ? null : Peer.Start("PyTorch float32, channels-last", "torch_step.py", [.. words, "--channels-last"], sleep),
        ];
        Comparison.Run($"Training step, {backbone}, batch {batch}, {width}×{height}, {channels} channels, {threads} threads", all, baselines: 2,
            rounds: options.Number("rounds", 7), warmup: options.Number("warmup", 2));
    }

    /// <summary>The network is made at the first turn.</summary>
    private sealed class TrainingStep(string name, NetworkSettings settings, ComputeSettings compute, int batch, int width, int height) : IContender
    {
        private DeepLabV3Plus? _network;
        private Sgd? _sgd;
        private Tensor? _images;
        private Tensor? _labels;

        public string Name => $"UdaSeg {name}";

        public double Run()
        {
            if (_network is null) Prepare();
            long start = System.Diagnostics.Stopwatch.GetTimestamp();
            using DisposeScope scope = NewDisposeScope();
            Tensor logits;
            using (compute.Precision == Precision.BFloat16 ? Autocast.BFloat16(DeviceType.CPU) : null) (logits, _) = _network!.call(_images!);
            Tensor loss = SegmentationLosses.CrossEntropy(DeepLabV3Plus.Resize(logits.to(ScalarType.Float32), height, width), _labels!);
            _sgd!.ZeroGradients();
            loss.backward();
            _sgd.Step(1e-3);
            loss.item<float>();
            return System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        public void Dispose()
        {
            _sgd?.Dispose();
            _network?.Dispose();
            _images?.Dispose();
            _labels?.Dispose();
        }

        private void Prepare()
        {
            _network = NetworkFactory.Create(CheckpointArchitecture.Of(settings), 19, 1, CPU, compute.ChannelsLast);
            BatchNormPolicy.Train(_network, BatchNormMode.Auto, batch);
            _sgd = new Sgd(_network, new OptimizerSettings());
            _images = randn(batch, 3, height, width);
            _labels = randint(0, 19, [batch, height, width], dtype: ScalarType.Int64);
        }
    }
}
