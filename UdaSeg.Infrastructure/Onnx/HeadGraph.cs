namespace UdaSeg.Infrastructure.Onnx;

/// <summary>The mirrors of <c>Aspp</c> and <c>Decoder</c>. Dropout does nothing after training and is left out.</summary>
internal static class HeadGraph
{
    private const int LowLevelChannels = 48;

    private static readonly int[] Rates = [6, 12, 18];

    // x: [N, inputs, h, w] → [N, channels, h, w]
    public static GraphValue Aspp(GraphBuilder graph, GraphValue x, int channels)
    {
        GraphValue first = ConvBnRelu(graph, "aspp.branches.0", x, channels);
        GraphValue[] atrous = [.. Rates.Select((rate, i) => ConvBnRelu(graph, $"aspp.branches.{i + 1}", x, channels, 3, rate))];
        GraphValue mean = ConvBnRelu(graph, "aspp.pool", graph.Mean("aspp.mean", x), channels);
        GraphValue all = graph.Concat("aspp.cat", [first, .. atrous, graph.Expand("aspp.expand", mean, first)]);
        return ConvBnRelu(graph, "aspp.project", all, channels);
    }

    // low: [N, lowChannels, H/4, W/4], pyramid: [N, aspp, H/16, W/16] → [N, channels, H/4, W/4]
    public static GraphValue Decoder(GraphBuilder graph, GraphValue low, GraphValue pyramid, int channels)
    {
        GraphValue detail = ConvBnRelu(graph, "decoder.low_level", low, LowLevelChannels);
        GraphValue context = graph.Resize("decoder.resize", pyramid, detail);
        GraphValue x = ConvBnRelu(graph, "decoder.fuse.0", graph.Concat("decoder.cat", context, detail), channels, 3);
        return ConvBnRelu(graph, "decoder.fuse.1", x, channels, 3);
    }

    private static GraphValue ConvBnRelu(GraphBuilder graph, string name, GraphValue x, int outputs, int kernel = 1, int dilation = 1) =>
        graph.Relu(graph.Convolution(name + ".conv", x, outputs, kernel, dilation: dilation));
}
