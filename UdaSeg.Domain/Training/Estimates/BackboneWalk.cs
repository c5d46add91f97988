namespace UdaSeg.Domain.Training.Estimates;

/// <summary>The feature extractors, shape by shape: the counterparts of the real networks' forward passes, with the same names.</summary>
/// <param name="walk">Takes the notes.</param>
internal sealed class BackboneWalk(LayerWalk walk)
{
    /// <summary>Expansion, channels, repeats, stride: Table 2 of the MobileNetV2 paper.</summary>
    private static readonly (int Expansion, int Channels, int Repeats, int Stride)[] InvertedResiduals =
    [
        (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
    ];

    private const int LowBlock = 3, DilatedFrom = 14;

    /// <returns>The features at stride 4 and at stride 16.</returns>
    public (FeatureMap Low, FeatureMap High) Run(Backbone kind, FeatureMap image) => kind switch
    {
        Backbone.ResNet18 => ResNet(image, [2, 2, 2, 2], bottleneck: false),
        Backbone.ResNet34 => ResNet(image, [3, 4, 6, 3], bottleneck: false),
        Backbone.ResNet50 => ResNet(image, [3, 4, 6, 3], bottleneck: true),
        Backbone.ResNet101 => ResNet(image, [3, 4, 23, 3], bottleneck: true),
        _ => MobileNet(image),
    };

    private (FeatureMap Low, FeatureMap High) ResNet(FeatureMap image, int[] blocks, bool bottleneck)
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
        FeatureMap x = Unit("backbone.features.0", image, 32, 3, 2, 1), low = x;
        int index = 1;
        foreach ((int expansion, int channels, int repeats, int stride) in InvertedResiduals)
        {
            for (int r = 0; r < repeats; r++, index++)
            {
                x = InvertedResidual($"backbone.features.{index}.conv", x, channels, r == 0 && index < DilatedFrom ? stride : 1, expansion);
                if (index == LowBlock) low = x;
            }
        }

        return (low, x);
    }

    private FeatureMap InvertedResidual(string name, FeatureMap x, int outputs, int stride, int expansion)
    {
        int hidden = x.Channels * expansion, part = 0;
        FeatureMap y = x;
        if (expansion != 1) y = LayerWalk.Dropped(Unit($"{name}.{part++}", y, hidden, 1, 1, 1));
        y = LayerWalk.Dropped(Unit($"{name}.{part++}", y, hidden, 3, stride, hidden));
        y = LayerWalk.Dropped(walk.Convolution($"{name}.{part++}", y, outputs));
        y = walk.BatchNorm($"{name}.{part}", y);
        return stride == 1 && x.Channels == outputs ? walk.Sum($"{name}.add", y) : y;
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
