using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Training;

namespace UdaSeg.Infrastructure.Onnx;

/// <summary>The mirror of <c>ResNetBackbone</c>: low level after <c>layer1</c>, high level after <c>layer4</c>, which dilates by 2 × multi-grid.</summary>
internal static class ResNetGraph
{
    // image: [N, 3, H, W] → low [N, 64 or 256, H/4, W/4], high [N, 512 or 2048, H/16, W/16]
    public static (GraphValue Low, GraphValue High) Build(GraphBuilder graph, GraphValue image, Backbone kind, bool multiGrid)
    {
        bool bottleneck = ResNetLayout.HasBottlenecks(kind);
        IReadOnlyList<int> blocks = ResNetLayout.BlocksOf(kind);
        GraphValue x = graph.Relu(graph.Convolution("backbone.conv1", image, 64, 7, 2));
        x = graph.MaxPool("backbone.maxpool", x);
        GraphValue low = Layer(graph, "backbone.layer1", x, bottleneck, 64, blocks[0], 1, _ => 1);
        x = Layer(graph, "backbone.layer2", low, bottleneck, 128, blocks[1], 2, _ => 1);
        x = Layer(graph, "backbone.layer3", x, bottleneck, 256, blocks[2], 2, _ => 1);
        return (low, Layer(graph, "backbone.layer4", x, bottleneck, 512, blocks[3], 1, b => multiGrid ? 2 << b : 2));
    }

    private static GraphValue Layer(GraphBuilder graph, string name, GraphValue x, bool bottleneck, int width, int blocks, int stride, Func<int, int> dilation)
    {
        for (int b = 0; b < blocks; b++)
        {
            int step = b == 0 ? stride : 1;
            x = bottleneck ? Bottleneck(graph, $"{name}.{b}", x, width, step, dilation(b)) : BasicBlock(graph, $"{name}.{b}", x, width, step, dilation(b));
        }

        return x;
    }

    /// <summary>Two 3×3 convolutions and a shortcut.</summary>
    private static GraphValue BasicBlock(GraphBuilder graph, string name, GraphValue x, int outputs, int stride, int dilation)
    {
        GraphValue y = graph.Relu(graph.Convolution($"{name}.conv1", x, outputs, 3, stride, dilation));
        y = graph.Convolution($"{name}.conv2", y, outputs, 3, dilation: dilation);
        return graph.Relu(graph.Add(name, y, Shortcut(graph, name, x, outputs, stride)));
    }

    /// <summary>1×1, 3×3, 1×1 and a shortcut; stride and dilation in the 3×3.</summary>
    private static GraphValue Bottleneck(GraphBuilder graph, string name, GraphValue x, int width, int stride, int dilation)
    {
        GraphValue y = graph.Relu(graph.Convolution($"{name}.conv1", x, width));
        y = graph.Relu(graph.Convolution($"{name}.conv2", y, width, 3, stride, dilation));
        y = graph.Convolution($"{name}.conv3", y, width * 4);
        return graph.Relu(graph.Add(name, y, Shortcut(graph, name, x, width * 4, stride)));
    }

    private static GraphValue Shortcut(GraphBuilder graph, string name, GraphValue x, int outputs, int stride) =>
        x.Channels == outputs && stride == 1 ? x : graph.Convolution($"{name}.downsample.0", x, outputs, stride: stride);
}
