using Google.Protobuf;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Onnx.Schema;
using UdaSeg.Infrastructure.Torch.Safetensors;

namespace UdaSeg.Infrastructure.Onnx;

/// <summary>What a graph answers with.</summary>
internal enum OnnxHead
{
    /// <summary><c>logits</c> [N, C, H, W]: upsampled to the image's size.</summary>
    FullSize,

    /// <summary><c>logits4</c> [N, C, ⌈H/4⌉, ⌈W/4⌉]: as the network computes them.</summary>
    StrideFour,
}

/// <summary>Writes a checkpoint's network as an ONNX file: float32, batch norms folded into the convolutions, any number of images of any size.</summary>
internal static class OnnxExport
{
    /// <summary>Raise it with any change that alters a file's bytes: files of another version are exported anew, and clients see another ETag.</summary>
    public const int Version = 1;

    public const string Input = "image";

    public const string Producer = "UdaSeg";

    /// <summary>The oldest with everything that is used (Shape with start and end came with 15), so that many runtimes read it.</summary>
    private const int Opset = 17;

    /// <summary>Of the file format, that goes with the opset.</summary>
    private const int IrVersion = 8;

    private const int BufferBytes = 1 << 20;

    /// <summary>The same checkpoint gives the same bytes. Needs the file's size in memory beside the weights.</summary>
    /// <param name="output">Stays open.</param>
    /// <param name="manifest">Of the checkpoint.</param>
    /// <param name="weights">Its tensors, in the network's names.</param>
    /// <param name="head">What the graph answers with.</param>
    /// <param name="checkpoint">Noted in the metadata, when given.</param>
    /// <exception cref="RuleViolationException"><c>weights-mismatch</c> (422): the weights are not those of the manifest's architecture.</exception>
    public static void Write(Stream output, CheckpointManifest manifest, IReadOnlyList<TensorEntry> weights, OnnxHead head, Guid? checkpoint = null)
    {
        ModelProto model = Build(manifest, weights, head);
        model.MetadataProps.Add(OnnxMetadata.Of(manifest, checkpoint).Select(m => new StringStringEntryProto { Key = m.Key, Value = m.Value }));
        using var coded = new CodedOutputStream(output, BufferBytes, leaveOpen: true);
        model.WriteTo(coded);
    }

    /// <returns>The name under which the graph answers.</returns>
    public static string OutputOf(OnnxHead head) => head == OnnxHead.FullSize ? "logits" : "logits4";

    private static ModelProto Build(CheckpointManifest manifest, IReadOnlyList<TensorEntry> weights, OnnxHead head)
    {
        var builder = new GraphBuilder(weights);
        GraphValue logits = Network(builder, manifest.Architecture, manifest.LabelSpace.Count, head);
        builder.Finish();
        GraphProto graph = builder.Graph;
        graph.Name = "DeepLabV3Plus";
        graph.Input.Add(Value(Input, "RGB in 0..1, normalised: (x - mean) / std, see the metadata", "N", 3, "H", "W"));
        graph.Output.Add(head == OnnxHead.FullSize
            ? Value(logits.Name, "Scores of the classes; the label is the index of the largest", "N", logits.Channels, "H", "W")
            : Value(logits.Name, "Scores of the classes at a quarter of the size", "N", logits.Channels, "H4", "W4"));
        return new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = Producer,
            ProducerVersion = $"{Version}",
            DocString = $"{manifest.Name}: semantic segmentation, DeepLab V3+, {logits.Channels} classes ({manifest.LabelSpace.Name}).",
            Graph = graph,
            OpsetImport = { new OperatorSetIdProto { Domain = "", Version = Opset } },
        };
    }

    /// <summary>The mirror of <c>DeepLabV3Plus.forward</c>.</summary>
    private static GraphValue Network(GraphBuilder graph, CheckpointArchitecture architecture, int classes, OnnxHead head)
    {
        var image = new GraphValue(Input, 3);
        (GraphValue low, GraphValue high) = architecture.Backbone == Backbone.MobileNetV2
            ? MobileNetV2Graph.Build(graph, image)
            : ResNetGraph.Build(graph, image, architecture.Backbone, architecture.MultiGrid is not [1, 1, 1]);
        GraphValue features = HeadGraph.Decoder(graph, low, HeadGraph.Aspp(graph, high, architecture.AsppChannels), architecture.DecoderChannels);
        GraphValue logits = graph.Convolution("classifier", features, classes);
        return head == OnnxHead.FullSize ? graph.Resize(OutputOf(head), logits, image) : graph.Rename(logits, OutputOf(head));
    }

    private static ValueInfoProto Value(string name, string meaning, string images, int channels, string height, string width) => new()
    {
        Name = name,
        DocString = meaning,
        Type = new TypeProto
        {
            TensorType = new TypeProto.Types.Tensor
            {
                ElemType = (int)TensorProto.Types.DataType.Float,
                Shape = new TensorShapeProto { Dim = { Named(images), Fixed(channels), Named(height), Named(width) } },
            },
        },
    };

    private static TensorShapeProto.Types.Dimension Fixed(int size) => new() { DimValue = size };

    private static TensorShapeProto.Types.Dimension Named(string name) => new() { DimParam = name };
}
