using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace UdaSeg.Infrastructure.Torch.Network;

/// <summary>
/// MobileNetV2 (width 1) with torchvision's parameter names <c>features.0</c> … <c>features.17</c>. Low level: <c>features.3</c> (24 channels, stride 4);
/// high level: <c>features.17</c> (320 channels); the stride of <c>features.14</c> is replaced by dilation 2 in the 3×3 convolutions from there on.
/// </summary>
internal sealed class MobileNetV2Backbone : BackboneModule
{
    private const int LowBlock = 3;
    private const int DilatedFrom = 14;

    /// <summary>Expansion, channels, repeats, stride: Table 2 of the MobileNetV2 paper.</summary>
    private static readonly (int Expansion, int Channels, int Repeats, int Stride)[] Stages =
    [
        (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
    ];

    public readonly ModuleList<Module<Tensor, Tensor>> features;

    public MobileNetV2Backbone()
        : base(nameof(MobileNetV2Backbone))
    {
        features = [Stem()];
        int inputs = 32;
        foreach ((int expansion, int channels, int repeats, int stride) in Stages)
        {
            for (int r = 0; r < repeats; r++)
            {
                bool dilated = features.Count >= DilatedFrom;
                features.Add(new InvertedResidual(inputs, channels, r == 0 && !dilated ? stride : 1, expansion, dilated ? 2 : 1));
                inputs = channels;
            }
        }

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
            if (i == LowBlock) low = x;
        }

        return (low, x);
    }

    private static Sequential Stem() => InvertedResidual.Unit(3, 32, 3, 2, 1, 1);
}

/// <summary>Expand (1×1), depthwise 3×3, project (1×1, linear); a shortcut where the shape allows it.</summary>
internal sealed class InvertedResidual : Module<Tensor, Tensor>
{
    public readonly Sequential conv;
    private readonly bool _shortcut;

    public InvertedResidual(int inputs, int outputs, int stride, int expansion, int dilation)
        : base(nameof(InvertedResidual))
    {
        int hidden = inputs * expansion;
        var parts = new List<Module<Tensor, Tensor>>();
        if (expansion != 1) parts.Add(Unit(inputs, hidden, 1, 1, 1, 1));
        parts.Add(Unit(hidden, hidden, 3, stride, dilation, hidden));
        parts.Add(Conv2d(hidden, outputs, 1, bias: false));
        parts.Add(BatchNorm2d(outputs));
        conv = Sequential(parts.Select((m, i) => ($"{i}", m)));
        _shortcut = stride == 1 && inputs == outputs;
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => _shortcut ? conv.call(x).add_(x) : conv.call(x);

    /// <summary>Convolution, batch norm and ReLU6 (the operator without a scalar argument).</summary>
    internal static Sequential Unit(int inputs, int outputs, int kernel, int stride, int dilation, int groups) => Sequential(
        ("0", Conv2d(inputs, outputs, kernel, stride: stride, padding: dilation * (kernel / 2), dilation: dilation, groups: groups, bias: false)),
        ("1", BatchNorm2d(outputs)),
        ("2", ReLU6(inplace: true)));
}
