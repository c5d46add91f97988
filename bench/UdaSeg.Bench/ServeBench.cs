using Microsoft.ML.OnnxRuntime;
using UdaSeg.Bench.Measuring;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Onnx;
using UdaSeg.Infrastructure.Serving.Engines;
using UdaSeg.Infrastructure.Torch;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Reading;
using UdaSeg.Infrastructure.Torch.Safetensors;
using static TorchSharp.torch;

namespace UdaSeg.Bench;

/// <summary>
/// Whole segmentations (bytes of an image to a class a pixel) by each engine, against plain ONNX Runtime: its default options on the exported graph with
/// logits of full size, from a prepared tensor, without the arg-max.
/// </summary>
internal static class ServeBench
{
    public static void Run(BenchOptions options)
    {
        Backbone backbone = Enum.Parse<Backbone>(options.Text("backbone", nameof(Backbone.MobileNetV2)), ignoreCase: true);
        (int width, int height) = options.Size("size", backbone == Backbone.MobileNetV2 ? "512x256" : "1024x512");
        int threads = options.Number("threads", Environment.ProcessorCount), rounds = options.Number("rounds", 9);
        string only = options.Text("only", "");
        TorchRuntime.SetThreads(threads);
        (CheckpointManifest manifest, IReadOnlyList<TensorEntry> weights) = BenchModel.Create(backbone);
        var image = new RgbImage(width, height);
        new Random(1).NextBytes(image.Pixels);
        IInferenceEngine? Engine(string name, Func<IInferenceEngine> make) => only.Length == 0 || only.Split(',').Contains(name) ? make() : null;
        IInferenceEngine?[] engines =
        [
            Engine("torch-winograd", () => new TorchEngine(manifest, weights, new FusedVariant(ScalarType.Float32, true, threads), (width, height))),
            Engine("torch-float32", () => new TorchEngine(manifest, weights, new FusedVariant(ScalarType.Float32, false, threads), (width, height))),
            Engine("torch-bf16", () => new TorchEngine(manifest, weights, new FusedVariant(ScalarType.BFloat16, false, threads), (width, height))),
            Engine("onnxruntime", () => new OnnxEngine(manifest, weights, threads)),
        ];
        var contenders = engines.OfType<IInferenceEngine>().Select(e => (IContender?)new Contender(e.Name, () => Segment(e, image, threads))).ToList();
        if (only.Length == 0 || only.Contains("plain", StringComparison.Ordinal)) contenders.Add(PlainOnnxRuntime(manifest, weights, image));
        Comparison.Run($"{backbone}, {width}×{height}, {threads} threads", contenders, baselines: 1, rounds, warmup: 2);
        foreach (IInferenceEngine? engine in engines) engine?.Dispose();
        Console.WriteLine($"\nPeak memory of this process: {Memory.PeakMiB():0} MiB");
    }

    private static void Segment(IInferenceEngine engine, RgbImage image, int threads)
    {
        using LogitGrid grid = engine.Run([image]);
        using var reader = new LogitReader(grid, 0, image.Width, image.Height);
        reader.ReadLabels(new byte[image.Width * image.Height], threads);
    }

    private static Contender PlainOnnxRuntime(CheckpointManifest manifest, IReadOnlyList<TensorEntry> weights, RgbImage image)
    {
        string file = Path.GetTempFileName();
        using (FileStream output = File.Create(file)) OnnxExport.Write(output, manifest, weights, OnnxHead.FullSize);
        var session = new InferenceSession(file);
        File.Delete(file);
        var pixels = new float[3 * image.Width * image.Height];
        new PixelInput(manifest.Normalisation).Planar(image.Pixels, pixels);
        var input = OrtValue.CreateTensorValueFromMemory(pixels, [1, 3, image.Height, image.Width]);
        var run = new RunOptions();
        return new Contender("plain ONNX Runtime", () => session.Run(run, ["image"], [input], ["logits"]).Dispose());
    }
}
