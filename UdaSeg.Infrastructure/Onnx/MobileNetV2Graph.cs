namespace UdaSeg.Infrastructure.Onnx;

/// <summary>The mirror of <c>MobileNetV2Backbone</c>: low level after <c>features.3</c>, high level after <c>features.17</c>.</summary>
internal static class MobileNetV2Graph
{
    private const int LowBlock = 3;
    private const int DilatedFrom = 14;

    /// <summary>Expansion, channels, repeats, stride: Table 2 of the MobileNetV2 paper.</summary>
    private static readonly (int Expansion, int Channels, int Repeats, int Stride)[] Stages =
    [
        (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
    ];

    // image: [N, 3, H, W] → low [N, 24, H/4, W/4], high [N, 320, H/16, W/16]
    public static (GraphValue Low, GraphValue High) Build(GraphBuilder graph, GraphValue image)
    {
        GraphValue x = graph.Relu6(graph.Convolution("backbone.features.0.0", image, 32, 3, 2)), low = x;
        int block = 1;
        foreach ((int expansion, int channels, int repeats, int stride) in Stages)
        {
            for (int r = 0; r < repeats; r++, block++)
            {
                bool dilated = block >= DilatedFrom;
                x = InvertedResidual(graph, $"backbone.features.{block}", x, channels, r == 0 && !dilated ? stride : 1, expansion, dilated ? 2 : 1);
                if (block == LowBlock) low = x;
            }
        }

        return (low, x);
    }

    /// <summary>Expand (1×1), depthwise 3×3, project (1×1, linear); a shortcut where the shape allows it.</summary>
    private static GraphValue InvertedResidual(GraphBuilder graph, string name, GraphValue x, int outputs, int stride, int expansion, int dilation)
    {
        int hidden = x.Channels * expansion, part = 0;
        GraphValue y = x;
        if (expansion != 1) y = graph.Relu6(graph.Convolution($"{name}.conv.{part++}.0", y, hidden));
        y = graph.Relu6(graph.Convolution($"{name}.conv.{part++}.0", y, hidden, 3, stride, dilation, hidden));
        y = graph.Convolution($"{name}.conv.{part}", y, outputs);
        return stride == 1 && x.Channels == outputs ? graph.Add(name, x, y) : y;
    }
}
