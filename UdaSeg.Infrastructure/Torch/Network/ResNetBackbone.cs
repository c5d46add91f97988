using TorchSharp.Modules;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace UdaSeg.Infrastructure.Torch.Network;

/// <summary>What the head needs of a backbone: low-level features at stride 4, high-level ones at stride 16, and their channels.</summary>
internal abstract class BackboneModule(string name) : Module<Tensor, (Tensor Low, Tensor High)>(name)
{
    public abstract int LowChannels { get; }

    public abstract int HighChannels { get; }
}

/// <summary>ResNet-18/34/50/101 with torchvision's parameter names, output stride 16: layer4 keeps its stride at 1 and dilates by 2 × multi-grid.</summary>
internal sealed class ResNetBackbone : BackboneModule
{
    public readonly Conv2d conv1;
    public readonly BatchNorm2d bn1;
    public readonly Sequential layer1;
    public readonly Sequential layer2;
    public readonly Sequential layer3;
    public readonly Sequential layer4;

    public ResNetBackbone(Backbone kind, bool multiGrid)
        : base(nameof(ResNetBackbone))
    {
        bool bottleneck = ResNetLayout.HasBottlenecks(kind);
        IReadOnlyList<int> blocks = ResNetLayout.BlocksOf(kind);
        int expansion = bottleneck ? 4 : 1;
        conv1 = Conv2d(3, 64, 7, stride: 2, padding: 3, bias: false);
        bn1 = BatchNorm2d(64);
        layer1 = Layer(bottleneck, 64, 64, blocks[0], 1, _ => 1);
        layer2 = Layer(bottleneck, 64 * expansion, 128, blocks[1], 2, _ => 1);
        layer3 = Layer(bottleneck, 128 * expansion, 256, blocks[2], 2, _ => 1);
        layer4 = Layer(bottleneck, 256 * expansion, 512, blocks[3], 1, b => multiGrid ? 2 << b : 2);
        LowChannels = 64 * expansion;
        HighChannels = 512 * expansion;
        RegisterComponents();
    }

    public override int LowChannels { get; }

    public override int HighChannels { get; }

    public override (Tensor Low, Tensor High) forward(Tensor image)
    {
        Tensor x = ConvBn.Normalise(bn1, conv1.call(image)).relu_();
        x = functional.max_pool2d(x, 3, stride: 2, padding: 1);
        Tensor low = layer1.call(x);
        return (low, layer4.call(layer3.call(layer2.call(low))));
    }

    private static Sequential Layer(bool bottleneck, int inputs, int width, int blocks, int stride, Func<int, int> dilation)
    {
        int outputs = bottleneck ? width * 4 : width;
        var parts = new List<(string, Module<Tensor, Tensor>)>();
        for (int b = 0; b < blocks; b++)
        {
            int from = b == 0 ? inputs : outputs;
            int step = b == 0 ? stride : 1;
            parts.Add(($"{b}", bottleneck ? new Bottleneck(from, width, step, dilation(b)) : new BasicBlock(from, width, step, dilation(b))));
        }

        return Sequential(parts);
    }
}

/// <summary>Two 3×3 convolutions and a shortcut.</summary>
internal sealed class BasicBlock : Module<Tensor, Tensor>
{
    public readonly Conv2d conv1;
    public readonly BatchNorm2d bn1;
    public readonly Conv2d conv2;
    public readonly BatchNorm2d bn2;
    public readonly Shortcut? downsample;

    public BasicBlock(int inputs, int outputs, int stride, int dilation)
        : base(nameof(BasicBlock))
    {
        conv1 = Conv2d(inputs, outputs, 3, stride: stride, padding: dilation, dilation: dilation, bias: false);
        bn1 = BatchNorm2d(outputs);
        conv2 = Conv2d(outputs, outputs, 3, padding: dilation, dilation: dilation, bias: false);
        bn2 = BatchNorm2d(outputs);
        downsample = Shortcut.For(inputs, outputs, stride);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        Tensor y = bn1.call(conv1.call(x)).relu_();
        y = bn2.call(conv2.call(y));
        return y.add_(downsample?.call(x) ?? x).relu_();
    }
}

/// <summary>1×1, 3×3, 1×1 and a shortcut; stride and dilation in the 3×3 (torchvision's variant).</summary>
internal sealed class Bottleneck : Module<Tensor, Tensor>, IChannelsLast
{
    public readonly Conv2d conv1;
    public readonly BatchNorm2d bn1;
    public readonly Conv2d conv2;
    public readonly BatchNorm2d bn2;
    public readonly Conv2d conv3;
    public readonly BatchNorm2d bn3;
    public readonly Shortcut? downsample;

    public Bottleneck(int inputs, int width, int stride, int dilation)
        : base(nameof(Bottleneck))
    {
        conv1 = Conv2d(inputs, width, 1, bias: false);
        bn1 = BatchNorm2d(width);
        conv2 = Conv2d(width, width, 3, stride: stride, padding: dilation, dilation: dilation, bias: false);
        bn2 = BatchNorm2d(width);
        conv3 = Conv2d(width, width * 4, 1, bias: false);
        bn3 = BatchNorm2d(width * 4);
        downsample = Shortcut.For(inputs, width * 4, stride);
        RegisterComponents();
    }

    public bool ChannelsLast { get; set; }

    public override Tensor forward(Tensor x)
    {
        Tensor y = bn1.call(MemoryLayout.Convolve(conv1, x, ChannelsLast)).relu_();
        y = bn2.call(conv2.call(y)).relu_();
        y = bn3.call(MemoryLayout.Convolve(conv3, y, ChannelsLast));
        return y.add_(downsample?.call(x) ?? x).relu_();
    }
}

/// <summary>
/// The 1×1 projection of a block's shortcut, named <c>0</c> (convolution) and <c>1</c> (batch norm). The stride is taken by slicing: the result is the same,
/// and a strided 1×1 convolution's backward pass kills the process on some processors (oneDNN raises SIGFPE at 512→1024 and 1024→2048).
/// </summary>
internal sealed class Shortcut : Module<Tensor, Tensor>, IChannelsLast
{
    private readonly Conv2d _conv;
    private readonly BatchNorm2d _bn;
    private readonly int _stride;

    private Shortcut(int inputs, int outputs, int stride)
        : base(nameof(Shortcut))
    {
        _conv = Conv2d(inputs, outputs, 1, bias: false);
        _bn = BatchNorm2d(outputs);
        _stride = stride;
        register_module("0", _conv);
        register_module("1", _bn);
    }

    public static Shortcut? For(int inputs, int outputs, int stride) => inputs == outputs && stride == 1 ? null : new Shortcut(inputs, outputs, stride);

    public bool ChannelsLast { get; set; }

    public override Tensor forward(Tensor x)
    {
        if (_stride > 1) x = x.slice(2, 0, x.shape[2], _stride).slice(3, 0, x.shape[3], _stride);
        return _bn.call(MemoryLayout.Convolve(_conv, x, ChannelsLast));
    }
}
