using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace UdaSeg.Infrastructure.Torch.Network;

/// <summary>Joins the pyramid with the low-level features at stride 4; its output are the pixel features x of eqs. 3 and 4.</summary>
internal sealed class Decoder : Module<Tensor, Tensor, Tensor>
{
    private const int LowLevelChannels = 48;

    public readonly ConvBn low_level;
    public readonly ModuleList<ConvBn> fuse;
    private readonly Dropout _dropout;

    public Decoder(int lowChannels, int asppChannels, int channels)
        : base(nameof(Decoder))
    {
        low_level = new ConvBn(lowChannels, LowLevelChannels);
        fuse = [new ConvBn(asppChannels + LowLevelChannels, channels, 3), new ConvBn(channels, channels, 3)];
        _dropout = Dropout(0.5);
        RegisterComponents();
    }

    // low: [B, lowChannels, H/4, W/4], pyramid: [B, aspp, H/16, W/16] → [B, channels, H/4, W/4]
    public override Tensor forward(Tensor low, Tensor pyramid)
    {
        Tensor detail = low_level.call(low).relu_();
        Tensor context = DeepLabV3Plus.Resize(pyramid, detail.shape[2], detail.shape[3]);
        Tensor x = _dropout.call(fuse[0].call(cat([context, detail], 1)).relu_());
        return fuse[1].call(x).relu_();
    }
}
