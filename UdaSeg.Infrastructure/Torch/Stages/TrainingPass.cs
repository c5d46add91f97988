using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Torch.Network;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch.Stages;

/// <summary>The network's forward pass in the plan's precision.</summary>
internal static class TrainingPass
{
    /// <summary>Logits and features are float32 in any case: softmax, distances and their sums need its digits.</summary>
    /// <param name="network">In training mode.</param>
    /// <param name="compute">The precision.</param>
    /// <param name="images">[B, 3, H, W] float32.</param>
    /// <returns>As the network's, float32.</returns>
    public static (Tensor Logits, Tensor Features) Run(DeepLabV3Plus network, ComputeSettings compute, Tensor images)
    {
        if (compute.Precision == Precision.Float32) return network.call(images);
        using Autocast mixed = Autocast.BFloat16(images.device_type);
        (Tensor logits, Tensor features) = network.call(images);
        return (logits.to(ScalarType.Float32), features.to(ScalarType.Float32));
    }
}
