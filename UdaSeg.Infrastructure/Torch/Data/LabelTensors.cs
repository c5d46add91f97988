using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch.Data;

internal static class LabelTensors
{
    // [B, H, W] int64
    public static Tensor Of(byte[] labels, int count, int height, int width, Device device) =>
        from_array(labels, device: device).reshape(count, height, width).to(ScalarType.Int64);

    /// <summary>The label at the centre of each feature's receptive field: a convolution of stride 4 with symmetric padding is centred on pixels 0, 4, 8 …</summary>
    // [B, H, W] → [B, ⌈H/4⌉, ⌈W/4⌉]
    public static Tensor AtStrideFour(Tensor labels) => labels.slice(1, 0, labels.shape[1], 4).slice(2, 0, labels.shape[2], 4).contiguous();
}
