using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Labels;
using UdaSeg.Infrastructure.Onnx;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Safetensors;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Onnx;

/// <summary>Networks whose batch norms have something to fold, and their files.</summary>
internal static class ExportedNetwork
{
    /// <summary>In eval mode, channels first.</summary>
    public static DeepLabV3Plus Create(CheckpointArchitecture architecture, int classes, long seed)
    {
        var network = new DeepLabV3Plus(architecture, classes);
        random.manual_seed(seed);
        using var noGrad = no_grad();
        foreach ((string name, Tensor tensor) in NetworkState.Of(network))
        {
            if (tensor.dim() == 4) nn.init.kaiming_normal_(tensor, nonlinearity: nn.init.NonlinearityType.ReLU);
            else if (name.EndsWith("running_var", StringComparison.Ordinal)) nn.init.uniform_(tensor, 0.5, 2);
            else if (name.EndsWith("weight", StringComparison.Ordinal)) nn.init.uniform_(tensor, 0.5, 1.5);
            else nn.init.normal_(tensor, 0, 0.2);
        }

        network.eval();
        return network;
    }

    public static byte[] File(DeepLabV3Plus network, CheckpointManifest manifest, OnnxHead head = OnnxHead.FullSize) =>
        File(NetworkWeights.Capture(NetworkState.Of(network)), manifest, head);

    public static byte[] File(IReadOnlyList<TensorEntry> weights, CheckpointManifest manifest, OnnxHead head = OnnxHead.FullSize, Guid? checkpoint = null)
    {
        using var file = new MemoryStream();
        OnnxExport.Write(file, manifest, weights, head, checkpoint);
        return file.ToArray();
    }

    public static CheckpointManifest Manifest(CheckpointArchitecture architecture, int classes) => Samples.Checkpoint().Manifest with
    {
        Architecture = architecture,
        LabelSpace = LabelSpace.Create("test", "test", [.. Enumerable.Range(0, classes).Select(i => new LabelClass(i, $"class {i}", [i, 2 * i, 255 - i]))]),
    };

    /// <returns>Smooth structure and noise, as images have.</returns>
    // [N, 3, H, W] float32
    public static Tensor Image(int images, int height, int width, long seed)
    {
        random.manual_seed(seed);
        Tensor coarse = randn(images, 3, Math.Max(1, height / 8), Math.Max(1, width / 8));
        return nn.functional.interpolate(coarse, size: [height, width], mode: InterpolationMode.Bilinear, align_corners: true)
            .add(randn(images, 3, height, width).mul(0.2));
    }
}
