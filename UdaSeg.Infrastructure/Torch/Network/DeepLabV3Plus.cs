using TorchSharp.Modules;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace UdaSeg.Infrastructure.Torch.Network;

/// <summary>DeepLab V3+ at output stride 16 (method, section 4). Parameters: <c>backbone.*, aspp.*, decoder.*, classifier.*</c>.</summary>
internal sealed class DeepLabV3Plus : Module<Tensor, (Tensor Logits, Tensor Features)>, IChannelsLast
{
    public readonly BackboneModule backbone;
    public readonly Aspp aspp;
    public readonly Decoder decoder;
    public readonly Conv2d classifier;
    private readonly Dropout _dropout;

    public DeepLabV3Plus(CheckpointArchitecture architecture, int classes)
        : base(nameof(DeepLabV3Plus))
    {
        backbone = architecture.Backbone == Backbone.MobileNetV2
            ? new MobileNetV2Backbone()
            : new ResNetBackbone(architecture.Backbone, architecture.MultiGrid is not [1, 1, 1]);
        aspp = new Aspp(backbone.HighChannels, architecture.AsppChannels);
        decoder = new Decoder(backbone.LowChannels, architecture.AsppChannels, architecture.DecoderChannels);
        classifier = Conv2d(architecture.DecoderChannels, classes, 1);
        _dropout = Dropout(0.1);
        RegisterComponents();
    }

    /// <summary>Activations with channels innermost.</summary>
    public bool ChannelsLast { get; set; }

    /// <summary>Logits at stride 4 (not upsampled), and the features before dropout and classifier.</summary>
    /// <param name="image">[B, 3, H, W], normalised RGB.</param>
    /// <returns>Logits [B, C, ⌈H/4⌉, ⌈W/4⌉] and features [B, D, ⌈H/4⌉, ⌈W/4⌉].</returns>
    public override (Tensor Logits, Tensor Features) forward(Tensor image)
    {
        (Tensor low, Tensor high) = backbone.call(ChannelsLast ? MemoryLayout.ChannelsLast(image) : image);
        Tensor features = decoder.call(low, aspp.call(high));
        return (classifier.call(_dropout.call(features)), features);
    }

    /// <summary>Bilinear, corners aligned, as everywhere in this network.</summary>
    public static Tensor Resize(Tensor x, long height, long width) =>
        x.shape[2] == height && x.shape[3] == width ? x : functional.interpolate(x, size: [height, width], mode: InterpolationMode.Bilinear, align_corners: true);
}
