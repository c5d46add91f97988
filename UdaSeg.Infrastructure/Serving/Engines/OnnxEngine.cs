using System.Buffers;
using Microsoft.ML.OnnxRuntime;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Images;
using UdaSeg.Infrastructure.Onnx;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Reading;
using UdaSeg.Infrastructure.Torch.Safetensors;

namespace UdaSeg.Infrastructure.Serving.Engines;

/// <summary>ONNX Runtime on the processor, float32, on the graph that the project exports.</summary>
internal sealed class OnnxEngine : IInferenceEngine
{
    private static readonly string[] Inputs = [OnnxExport.Input];
    private static readonly string[] Outputs = [OnnxExport.OutputOf(OnnxHead.StrideFour)];

    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly PixelInput _input;
    private readonly int _classes;

    /// <param name="manifest">Of the checkpoint.</param>
    /// <param name="weights">Of the checkpoint.</param>
    /// <param name="threads">At least 1.</param>
    public OnnxEngine(CheckpointManifest manifest, IReadOnlyList<TensorEntry> weights, int threads)
    {
        (_input, _classes) = (new PixelInput(manifest.Normalisation), manifest.LabelSpace.Count);

        // Through a file, which the runtime maps: in memory the graph would be held twice.
        string file = Path.Combine(Path.GetTempPath(), $"udaseg-{Guid.NewGuid():N}.onnx");
        try
        {
            using (FileStream output = File.Create(file)) OnnxExport.Write(output, manifest, weights, OnnxHead.StrideFour);
            Bytes = new FileInfo(file).Length;
            using var options = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1 };
            options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0"); // other requests decode and encode meanwhile
            _session = new InferenceSession(file, options);
        }
        finally
        {
            File.Delete(file);
        }
    }

    public string Name => "onnxruntime";

    public long Bytes { get; }

    public LogitGrid Run(IReadOnlyList<RgbImage> images)
    {
        int height = images[0].Height, width = images[0].Width, each = 3 * height * width;
        float[] pixels = ArrayPool<float>.Shared.Rent(images.Count * each);
        var grid = new LogitGrid(images.Count, _classes, (height + 3) / 4, (width + 3) / 4);
        try
        {
            for (int i = 0; i < images.Count; i++) _input.Planar(images[i].Pixels.AsSpan(0, each), pixels.AsSpan(i * each, each));
            using var input = OrtValue.CreateTensorValueFromMemory(
                OrtMemoryInfo.DefaultInstance, pixels.AsMemory(0, images.Count * each), [images.Count, 3, height, width]);
            using var output = OrtValue.CreateTensorValueFromMemory(
                OrtMemoryInfo.DefaultInstance, grid.Memory, [images.Count, _classes, grid.Height, grid.Width]);
            _session.Run(_options, Inputs, [input], Outputs, [output]);
            return grid;
        }
        catch
        {
            grid.Dispose();
            throw;
        }
        finally
        {
            ArrayPool<float>.Shared.Return(pixels);
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _options.Dispose();
    }
}
