using System.Text.Json;
using UdaSeg.Bench.Measuring;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Serving;
using UdaSeg.Infrastructure.Serving.Engines;
using UdaSeg.Infrastructure.Torch;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Safetensors;
using static TorchSharp.torch;

namespace UdaSeg.Bench;

/// <summary>How many pixels of real images each engine labels as the trained network does in float32.</summary>
internal static class AgreeBench
{
    public static void Run(BenchOptions options)
    {
        string weights = options.Text("weights", ""), folder = options.Text("images", "");
        if (weights.Length == 0 || folder.Length == 0) throw new ArgumentException("--manifest checkpoint.json --weights model.safetensors --images FOLDER");
        using JsonDocument described = JsonDocument.Parse(File.ReadAllBytes(options.Text("manifest", "")));
        JsonElement root = described.RootElement.TryGetProperty("manifest", out JsonElement inner) ? inner : described.RootElement;
        CheckpointManifest manifest = root.Deserialize<CheckpointManifest>(CheckpointManifest.Json)!;
        IReadOnlyList<TensorEntry> tensors;
        using (FileStream file = File.OpenRead(weights)) tensors = SafetensorsReader.Read(file);
        TorchRuntime.SetThreads(0);
        int threads = Environment.ProcessorCount;
        var codec = new SkiaImageCodec();
        RgbImage[] images = [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal).Take(options.Number("count", 40)).Select(f => codec.Decode(File.ReadAllBytes(f)))];
        DeepLabV3Plus network = NetworkFactory.Create(manifest.Architecture, manifest.LabelSpace.Count, 0, CPU);
        NetworkWeights.Restore(NetworkState.Of(network), tensors);
        byte[][] due;
        using (var reference = new Segmenter(manifest, new DeviceEngine(manifest, network, CPU), 1, threads)) due = [.. images.Select(i => reference.Segment(i).Labels.Labels)];
        (int, int) size = (images[0].Width, images[0].Height);
        IInferenceEngine[] engines =
        [
            new TorchEngine(manifest, tensors, new FusedVariant(ScalarType.Float32, true, threads), size),
            new TorchEngine(manifest, tensors, new FusedVariant(ScalarType.Float32, false, threads), size),
            new TorchEngine(manifest, tensors, new FusedVariant(ScalarType.BFloat16, false, threads), size),
            new OnnxEngine(manifest, tensors, threads),
        ];
        Console.WriteLine($"\n{manifest.Name}: {images.Length} images, {due.Sum(d => d.Length):N0} pixels\n\n| engine | equal labels, % | least of an image, % |\n|---|---|---|");
        foreach (IInferenceEngine engine in engines)
        {
            using var tested = new Segmenter(manifest, engine, 1, threads);
            double[] shares = [.. images.Zip(due, (image, labels) => Share(tested, image, labels))];
            Console.WriteLine($"| {engine.Name} | {100 * shares.Average():0.0000} | {100 * shares.Min():0.0000} |");
        }
    }

    private static double Share(Segmenter tested, RgbImage image, byte[] due)
    {
        using SegmentationResult found = tested.Segment(image);
        return due.Zip(found.Labels.Labels).Count(p => p.First == p.Second) / (double)due.Length;
    }
}
