using TorchSharp;
using UdaSeg.Bench.Measuring;
using UdaSeg.Infrastructure.Onnx;
using UdaSeg.Infrastructure.Serving.Engines;
using UdaSeg.Infrastructure.Torch;
using UdaSeg.Infrastructure.Torch.Network;
using static TorchSharp.torch;

namespace UdaSeg.Bench;

/// <summary>One convolution with its activation in each of the ways that the torch engine knows: which layers are worth Winograd's algorithm.</summary>
internal static class ConvBench
{
    private static readonly (string What, int Inputs, int Outputs, int Dilation, int Stride)[] Layers =
    [
        ("decoder.fuse.0", 304, 256, 1, 4), ("decoder.fuse.1", 256, 256, 1, 4), ("layer2", 128, 128, 1, 8), ("layer3", 256, 256, 1, 16),
        ("layer4", 512, 512, 4, 16), ("aspp, rate 6", 2048, 256, 6, 16), ("aspp, rate 6, MobileNetV2", 320, 256, 6, 16),
        ("aspp, rate 18", 2048, 256, 18, 16),
    ];

    public static void Run(BenchOptions options)
    {
        (int width, int height) = options.Size("size", "1024x512");
        int threads = options.Number("threads", Environment.ProcessorCount), rounds = options.Number("rounds", 9);
        TorchRuntime.SetThreads(threads);
        using var mode = inference_mode();
        foreach ((string what, int inputs, int outputs, int dilation, int stride) in Layers)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor weight = randn(outputs, inputs, 3, 3);
            var folded = new FoldedConvolution(what, weight.shape, weight.data<float>().ToArray(), new float[outputs]);
            Tensor x = MemoryLayout.ChannelsLast(randn(1, inputs, height / stride, width / stride));
            using var direct = new FusedConvolution(folded, ScalarType.Float32, height / stride, width / stride, 1, dilation);
            using var winograd = new WinogradConvolution(folded, dilation, threads);
            double flops = 2.0 * weight.numel() * x.shape[2] * x.shape[3];
            Comparison.Run(
                $"{what}: {inputs}→{outputs}, {width / stride}×{height / stride}, {flops / 1e9:0.0} GFLOP as a direct sum",
                [new Contender("Winograd", () => winograd.Run(x, Activation.Relu).Dispose()), new Contender("direct", () => direct.Run(x, Activation.Relu).Dispose())],
                baselines: 1,
                rounds);
        }
    }
}
