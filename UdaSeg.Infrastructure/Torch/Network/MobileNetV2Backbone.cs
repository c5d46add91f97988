using TorchSharp.Modules;
using UdaSeg.Domain.Checkpoints;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace UdaSeg.Infrastructure.Torch.Network;

/// <summary>
/// MobileNetV2 (width 1) with torchvision's parameter names <c>features.0</c> … <c>features.17</c>. Low level: <c>features.3</c> (24 channels, stride 4);
/// high level: <c>features.17</c> (320 channels); the stride of <c>features.14</c> is replaced by dilation 2 in the 3×3 convolutions from there on.
/// </summary>
internal sealed class MobileNetV2Backbone : BackboneModule
{
    public readonly ModuleList<Module<Tensor, Tensor>> features;

    public MobileNetV2Backbone()
        : base(nameof(MobileNetV2Backbone))
    {
        features = [Stem()];
        foreach (InvertedResidualLayout block in MobileNetV2Layout.Blocks) features.Add(new InvertedResidual(block));
        RegisterComponents();
    }

    public override int LowChannels => 24;

    public override int HighChannels => 320;

    public override (Tensor Low, Tensor High) forward(Tensor image)
    {
        Tensor x = image, low = image;
        for (int i = 0; i < features.Count; i++)
        {
            x = features[i].call(x);
            if (i == MobileNetV2Layout.LowBlock) low = x;
        }

        return (low, x);
    }

    private static Sequential Stem() => InvertedResidual.Unit(3, MobileNetV2Layout.StemChannels, 3, 2, 1, 1);
}

/// <summary>Expand (1×1), depthwise 3×3, project (1×1, linear); a shortcut where the shape allows it.</summary>
internal sealed class InvertedResidual : Module<Tensor, Tensor>
{
    public readonly Sequential conv;
    private readonly bool _shortcut;

    public InvertedResidual(InvertedResidualLayout layout)
        : base(nameof(InvertedResidual))
    {
        int hidden = layout.Hidden;
        var parts = new List<Module<Tensor, Tensor>>();
        if (layout.Expansion != 1) parts.Add(Unit(layout.Inputs, hidden, 1, 1, 1, 1));
        parts.Add(Unit(hidden, hidden, 3, layout.Stride, layout.Dilation, hidden));
        parts.Add(Conv2d(hidden, layout.Outputs, 1, bias: false));
        parts.Add(BatchNorm2d(layout.Outputs));
        conv = Sequential(parts.Select((m, i) => ($"{i}", m)));
        _shortcut = layout.HasShortcut;
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => _shortcut ? conv.call(x).add_(x) : conv.call(x);

    /// <summary>Convolution, batch norm and ReLU6 (the operator without a scalar argument).</summary>
    internal static Sequential Unit(int inputs, int outputs, int kernel, int stride, int dilation, int groups) => Sequential(
        ("0", Conv2d(inputs, outputs, kernel, stride: stride, padding: dilation * (kernel / 2), dilation: dilation, groups: groups, bias: false)),
        ("1", BatchNorm2d(outputs)),
        ("2", ReLU6(inplace: true)));
}
