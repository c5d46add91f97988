using UdaSeg.Domain.Checkpoints;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Serving.Engines;

/// <summary>A backbone for inference: the same blocks as the trained one's, fewer passes over memory.</summary>
internal interface IFusedBackbone
{
    /// <summary>Disposes its input.</summary>
    (Tensor Low, Tensor High) Run(Tensor image);
}

/// <summary>See <see cref="Torch.Network.MobileNetV2Backbone"/>.</summary>
internal sealed class FusedMobileNetV2 : IFusedBackbone
{
    private readonly IConvolution _stem;
    private readonly Block[] _blocks;

    public FusedMobileNetV2(FusedParts parts)
    {
        const string prefix = "backbone.features.";
        _stem = parts.Conv(prefix + "0.0", at: 1, stride: 2);
        int at = 2;
        var blocks = new List<Block>();
        foreach (InvertedResidualLayout layout in MobileNetV2Layout.Blocks)
        {
            blocks.Add(new Block(parts, $"{prefix}{layout.Index}.conv", layout, at));
            at *= layout.Stride;
        }

        _blocks = [.. blocks];
    }

    public (Tensor Low, Tensor High) Run(Tensor image)
    {
        Tensor x = _stem.Run(image, Activation.Relu6);
        image.Dispose();
        Tensor? low = null;
        for (int i = 0; i < _blocks.Length; i++)
        {
            Tensor y = _blocks[i].Run(x);
            if (!ReferenceEquals(x, low)) x.Dispose();
            x = y;
            if (i + 1 == MobileNetV2Layout.LowBlock) low = x;
        }

        return (low!, x);
    }

    /// <summary>Expand, depthwise, project, and a shortcut where it has one.</summary>
    private sealed class Block
    {
        private readonly IConvolution? _expand;
        private readonly IConvolution _depthwise;
        private readonly IConvolution _project;
        private readonly bool _shortcut;

        public Block(FusedParts parts, string name, InvertedResidualLayout layout, int at)
        {
            int next = layout.Expansion == 1 ? 0 : 1;
            _expand = layout.Expansion == 1 ? null : parts.Conv($"{name}.0.0", at);
            _depthwise = parts.Conv($"{name}.{next}.0", at, layout.Stride, layout.Dilation, depthwise: true);
            _project = parts.Conv($"{name}.{next + 1}", at * layout.Stride);
            _shortcut = layout.HasShortcut;
        }

        public Tensor Run(Tensor x)
        {
            Tensor? wide = _expand?.Run(x, Activation.Relu6);
            using Tensor deep = _depthwise.Run(wide ?? x, Activation.Relu6);
            wide?.Dispose();
            return _shortcut ? _project.AddTo(x, deep) : _project.Run(deep);
        }
    }
}

/// <summary>See <see cref="Torch.Network.ResNetBackbone"/>.</summary>
internal sealed class FusedResNet : IFusedBackbone
{
    private readonly IConvolution _stem;
    private readonly Block[][] _layers;

    public FusedResNet(FusedParts parts, bool multiGrid)
    {
        _stem = parts.Conv("backbone.conv1", at: 1, stride: 2);
        _layers =
        [
            Layer(parts, 1, at: 4, 1, _ => 1),
            Layer(parts, 2, at: 4, 2, _ => 1),
            Layer(parts, 3, at: 8, 2, _ => 1),
            Layer(parts, 4, at: 16, 1, b => multiGrid ? 2 << b : 2),
        ];
    }

    public (Tensor Low, Tensor High) Run(Tensor image)
    {
        Tensor x;
        using (Tensor stem = _stem.Run(image, Activation.Relu))
        {
            image.Dispose();
            x = nn.functional.max_pool2d(stem, 3, stride: 2, padding: 1);
        }

        Tensor? low = null;
        foreach (Block[] layer in _layers)
        {
            foreach (Block block in layer)
            {
                Tensor y = block.Run(x);
                if (!ReferenceEquals(x, low)) x.Dispose();
                x = y;
            }

            low ??= x;
        }

        return (low!, x);
    }

    private static Block[] Layer(FusedParts parts, int layer, int at, int stride, Func<int, int> dilation)
    {
        var blocks = new List<Block>();
        for (string name; parts.Has((name = $"backbone.layer{layer}.{blocks.Count}") + ".conv1");)
        {
            bool first = blocks.Count == 0;
            blocks.Add(new Block(parts, name, first ? at : at * stride, first ? stride : 1, dilation(blocks.Count)));
        }

        return [.. blocks];
    }

    /// <summary>A basic block, or a bottleneck where there is a third convolution.</summary>
    private sealed class Block
    {
        private readonly IConvolution? _reduce;
        private readonly IConvolution _spatial;
        private readonly IConvolution _last;
        private readonly IConvolution? _downsample;

        public Block(FusedParts parts, string name, int at, int stride, int dilation)
        {
            bool bottleneck = parts.Has(name + ".conv3");
            _reduce = bottleneck ? parts.Conv(name + ".conv1", at) : null;
            _spatial = parts.Conv(name + (bottleneck ? ".conv2" : ".conv1"), at, stride, dilation);
            _last = bottleneck
                ? parts.Conv(name + ".conv3", at * stride)
                : parts.Conv(name + ".conv2", at * stride, dilation: dilation);
            _downsample = parts.Has(name + ".downsample.0") ? parts.Conv(name + ".downsample.0", at, stride) : null;
        }

        public Tensor Run(Tensor x)
        {
            Tensor? narrow = _reduce?.Run(x, Activation.Relu);
            using Tensor y = _spatial.Run(narrow ?? x, Activation.Relu);
            narrow?.Dispose();
            if (_downsample is null) return _last.AddTo(x, y, Activation.Relu);
            using Tensor shortcut = _downsample.Run(x);
            return _last.AddTo(shortcut, y, Activation.Relu);
        }
    }
}
