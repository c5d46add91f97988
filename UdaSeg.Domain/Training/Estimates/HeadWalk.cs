namespace UdaSeg.Domain.Training.Estimates;

/// <summary>Pyramid, decoder and classifier on shapes, as the real ones go.</summary>
/// <param name="walk">Takes the notes.</param>
internal sealed class HeadWalk(LayerWalk walk)
{
    private const int LowLevelChannels = 48, PyramidBranches = 4;

    /// <returns>The logits and the features at stride 4.</returns>
    public (FeatureMap Logits, FeatureMap Features) Run(NetworkSettings network, int classes, FeatureMap low, FeatureMap high)
    {
        FeatureMap pyramid = Pyramid(high, network.AsppChannels);
        FeatureMap detail = Unit("decoder.low_level", low, LowLevelChannels);
        FeatureMap context = walk.Resize("decoder.context", pyramid, detail.Height, detail.Width);
        FeatureMap x = walk.Concatenation("decoder.cat", detail, context.Channels + detail.Channels);
        x = walk.Dropout("decoder.dropout", Unit("decoder.fuse.0", x, network.DecoderChannels, 3));
        FeatureMap features = Unit("decoder.fuse.1", x, network.DecoderChannels, 3);
        return (walk.Convolution("classifier", walk.Dropout("dropout", features), classes, bias: true), features);
    }

    private FeatureMap Pyramid(FeatureMap x, int channels)
    {
        for (int branch = 0; branch < PyramidBranches; branch++) Unit($"aspp.branches.{branch}", x, channels, branch == 0 ? 1 : 3);
        Unit("aspp.pool", walk.Mean("aspp.mean", x), channels);
        FeatureMap all = walk.Concatenation("aspp.cat", x, channels * (PyramidBranches + 1));
        return walk.Dropout("aspp.dropout", Unit("aspp.project", all, channels));
    }

    private FeatureMap Unit(string name, FeatureMap x, int outputs, int kernel = 1) =>
        walk.Relu($"{name}.relu", walk.BatchNorm($"{name}.bn", walk.Convolution($"{name}.conv", x, outputs, kernel)));
}
