using UdaSeg.Domain.Checkpoints;

namespace UdaSeg.Domain.Training.Estimates;

/// <summary>The feature extractors, shape by shape: the counterparts of the real networks' forward passes, with the same names.</summary>
/// <param name="walk">Takes the notes.</param>
internal sealed class BackboneWalk(LayerWalk walk)
{
    /// <returns>The features at stride 4 and at stride 16.</returns>
    public (FeatureMap Low, FeatureMap High) Run(Backbone kind, FeatureMap image) => kind switch
    {
        Backbone.MobileNetV2 => MobileNet(image),
        _ => ResNet(image, ResNetLayout.BlocksOf(kind), ResNetLayout.HasBottlenecks(kind)),
    };

    private (FeatureMap Low, FeatureMap High) ResNet(FeatureMap image, IReadOnlyList<int> blocks, bool bottleneck)
    {
        FeatureMap x = walk.Convolution("backbone.conv1", image, 64, kernel: 7, stride: 2);
        x = walk.Relu("backbone.relu", walk.BatchNorm("backbone.bn1", x));
        x = walk.MaxPool("backbone.maxpool", x, stride: 2);
        var outputs = new FeatureMap[4];
        for (int layer = 0; layer < 4; layer++)
        {
            for (int b = 0; b < blocks[layer]; b++)
            {
                string name = $"backbone.layer{layer + 1}.{b}";
                int width = 64 << layer, stride = b == 0 && layer is (1 or 2) ? 2 : 1;
                FeatureMap y = bottleneck ? Bottleneck(name, x, width, stride) : BasicBlock(name, x, width, stride);
                x = b > 0 ? Next(x, y) : y;
            }

            outputs[layer] = x;
        }

        return (outputs[0], outputs[3]);
    }

    private FeatureMap BasicBlock(string name, FeatureMap x, int width, int stride)
    {
        FeatureMap y = walk.BatchNorm($"{name}.bn1", walk.Convolution($"{name}.conv1", x, width, 3, stride));
        y = walk.Relu($"{name}.relu1", y);
        y = walk.BatchNorm($"{name}.bn2", walk.Convolution($"{name}.conv2", y, width, 3));
        return Joined(name, x, y, stride);
    }

    private FeatureMap Bottleneck(string name, FeatureMap x, int width, int stride)
    {
        FeatureMap y = walk.Relu($"{name}.relu1", walk.BatchNorm($"{name}.bn1", walk.Convolution($"{name}.conv1", x, width)));
        y = walk.Relu($"{name}.relu2", walk.BatchNorm($"{name}.bn2", walk.Convolution($"{name}.conv2", y, width, 3, stride)));
        y = walk.BatchNorm($"{name}.bn3", walk.Convolution($"{name}.conv3", y, width * 4));
        return Joined(name, x, y, stride);
    }

    /// <summary>The shortcut is projected where the shape changes; its stride is a slice.</summary>
    private FeatureMap Joined(string name, FeatureMap x, FeatureMap y, int stride)
    {
        if (x.Channels != y.Channels || stride > 1)
        {
            FeatureMap from = stride > 1 ? x.Sliced(stride) : x;
            walk.BatchNorm($"{name}.downsample.1", walk.Convolution($"{name}.downsample.0", from, y.Channels));
        }

        return walk.Relu($"{name}.relu", walk.Sum($"{name}.add", y));
    }

    private (FeatureMap Low, FeatureMap High) MobileNet(FeatureMap image)
    {
        FeatureMap x = Unit("backbone.features.0", image, MobileNetV2Layout.StemChannels, 3, 2, 1), low = x;
        foreach (InvertedResidualLayout block in MobileNetV2Layout.Blocks)
        {
            x = InvertedResidual($"backbone.features.{block.Index}.conv", x, block);
            if (block.Index == MobileNetV2Layout.LowBlock) low = x;
        }

        return (low, x);
    }

    private FeatureMap InvertedResidual(string name, FeatureMap x, InvertedResidualLayout block)
    {
        int part = 0;
        FeatureMap y = x;
        if (block.Expansion != 1) y = LayerWalk.Dropped(Unit($"{name}.{part++}", y, block.Hidden, 1, 1, 1));
        y = LayerWalk.Dropped(Unit($"{name}.{part++}", y, block.Hidden, 3, block.Stride, block.Hidden));
        y = LayerWalk.Dropped(walk.Convolution($"{name}.{part++}", y, block.Outputs));
        y = walk.BatchNorm($"{name}.{part}", y);
        return block.HasShortcut ? walk.Sum($"{name}.add", y) : y;
    }

    private FeatureMap Unit(string name, FeatureMap x, int outputs, int kernel, int stride, int groups)
    {
        FeatureMap y = LayerWalk.Dropped(walk.Convolution($"{name}.0", x, outputs, kernel, stride, groups));
        y = LayerWalk.Dropped(walk.BatchNorm($"{name}.1", y));
        return walk.Relu6($"{name}.2", y);
    }

    /// <summary>A layer is a sequence of blocks: it gives back what it has handed on.</summary>
    private static FeatureMap Next(FeatureMap before, FeatureMap after)
    {
        LayerWalk.Dropped(before);
        return after;
    }
}
