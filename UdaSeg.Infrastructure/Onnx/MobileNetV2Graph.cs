using UdaSeg.Domain.Checkpoints;

namespace UdaSeg.Infrastructure.Onnx;

/// <summary>The mirror of <c>MobileNetV2Backbone</c>: low level after <c>features.3</c>, high level after <c>features.17</c>.</summary>
internal static class MobileNetV2Graph
{
    // image: [N, 3, H, W] → low [N, 24, H/4, W/4], high [N, 320, H/16, W/16]
    public static (GraphValue Low, GraphValue High) Build(GraphBuilder graph, GraphValue image)
    {
        GraphValue x = graph.Relu6(graph.Convolution("backbone.features.0.0", image, MobileNetV2Layout.StemChannels, 3, 2)), low = x;
        foreach (InvertedResidualLayout block in MobileNetV2Layout.Blocks)
        {
            x = InvertedResidual(graph, $"backbone.features.{block.Index}", x, block);
            if (block.Index == MobileNetV2Layout.LowBlock) low = x;
        }

        return (low, x);
    }

    /// <summary>Expand (1×1), depthwise 3×3, project (1×1, linear); a shortcut where the shape allows it.</summary>
    private static GraphValue InvertedResidual(GraphBuilder graph, string name, GraphValue x, InvertedResidualLayout block)
    {
        int hidden = block.Hidden, part = 0;
        GraphValue y = x;
        if (block.Expansion != 1) y = graph.Relu6(graph.Convolution($"{name}.conv.{part++}.0", y, hidden));
        y = graph.Relu6(graph.Convolution($"{name}.conv.{part++}.0", y, hidden, 3, block.Stride, block.Dilation, hidden));
        y = graph.Convolution($"{name}.conv.{part}", y, block.Outputs);
        return block.HasShortcut ? graph.Add(name, x, y) : y;
    }
}
