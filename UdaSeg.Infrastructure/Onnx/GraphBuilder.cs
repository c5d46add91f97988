using Google.Protobuf;
using UdaSeg.Domain.Errors;
using UdaSeg.Infrastructure.Onnx.Schema;
using UdaSeg.Infrastructure.Torch.Safetensors;

namespace UdaSeg.Infrastructure.Onnx;

/// <summary>What flows between nodes: [N, <paramref name="Channels"/>, h, w] float32 under a name of its own.</summary>
internal readonly record struct GraphValue(string Name, int Channels);

/// <summary>
/// Puts nodes and initialisers into a graph, operator by operator, as a network's forward pass calls them. Convolutions come with their batch norms folded in,
/// and must have exactly the shapes that the caller's network has.
/// </summary>
/// <param name="weights">A checkpoint's tensors.</param>
internal sealed class GraphBuilder(IReadOnlyList<TensorEntry> weights)
{
    private readonly Dictionary<string, TensorEntry> _weights = weights.ToDictionary(w => w.Name, StringComparer.Ordinal);
    private readonly HashSet<string> _convolutions = [.. BatchNormFolding.ConvolutionsOf(weights)];
    private readonly HashSet<string> _constants = [];

    public GraphProto Graph { get; } = new();

    /// <summary>Padded as the networks here are: half the kernel, dilated.</summary>
    /// <param name="name">Without <c>.weight</c>; names the node, its result and its initialisers too.</param>
    /// <param name="x">[N, inputs, h, w].</param>
    /// <param name="outputs">Channels of the result.</param>
    /// <param name="kernel">Odd.</param>
    /// <param name="stride">Of both axes.</param>
    /// <param name="dilation">Of both axes.</param>
    /// <param name="groups">As many as inputs: depthwise.</param>
    /// <exception cref="RuleViolationException"><c>weights-mismatch</c> (422): there is no such convolution, or it has another shape.</exception>
    public GraphValue Convolution(string name, GraphValue x, int outputs, int kernel = 1, int stride = 1, int dilation = 1, int groups = 1)
    {
        FoldedConvolution folded = BatchNormFolding.Fold(_weights, name);
        long[] wanted = [outputs, x.Channels / groups, kernel, kernel];
        if (!folded.Shape.SequenceEqual(wanted))
        {
            string found = string.Join(", ", folded.Shape);
            throw BatchNormFolding.Mismatch($"'{name}.weight' is [{found}] in the file and [{string.Join(", ", wanted)}] in the network.");
        }

        _convolutions.Remove(name);
        long padding = dilation * (kernel / 2);
        string weight = Initialise(name + ".weight", folded.Weight, folded.Shape), bias = Initialise(name + ".bias", folded.Bias, outputs);
        return Node("Conv", name, outputs, [x.Name, weight, bias],
            Ints("dilations", dilation, dilation), Int("group", groups), Ints("kernel_shape", kernel, kernel),
            Ints("pads", padding, padding, padding, padding), Ints("strides", stride, stride));
    }

    public GraphValue Relu(GraphValue x) => Node("Relu", x.Name + ".relu", x.Channels, [x.Name]);

    public GraphValue Relu6(GraphValue x) => Node("Clip", x.Name + ".relu6", x.Channels, [x.Name, Constant("zero", 0), Constant("six", 6)]);

    public GraphValue Add(string name, GraphValue x, GraphValue y) => Node("Add", name, x.Channels, [x.Name, y.Name]);

    public GraphValue Concat(string name, params GraphValue[] parts) =>
        Node("Concat", name, parts.Sum(p => p.Channels), [.. parts.Select(p => p.Name)], Int("axis", 1));

    /// <summary>3×3 at stride 2.</summary>
    public GraphValue MaxPool(string name, GraphValue x) =>
        Node("MaxPool", name, x.Channels, [x.Name], Ints("kernel_shape", 3, 3), Ints("pads", 1, 1, 1, 1), Ints("strides", 2, 2));

    /// <summary>[N, C, h, w] → [N, C, 1, 1].</summary>
    public GraphValue Mean(string name, GraphValue x) => Node("GlobalAveragePool", name, x.Channels, [x.Name]);

    /// <summary>[N, C, 1, 1] repeated to the shape of another value with as many channels.</summary>
    public GraphValue Expand(string name, GraphValue x, GraphValue like) => Node("Expand", name, x.Channels, [x.Name, Shape(name + ".shape", like, 0, 4)]);

    /// <summary>Bilinear with corners aligned, to the height and width that another value has when the graph runs.</summary>
    public GraphValue Resize(string name, GraphValue x, GraphValue like)
    {
        string[] parts = [Shape(name + ".channels", x, 0, 2), Shape(name + ".size", like, 2, 4)];
        string sizes = Node("Concat", name + ".sizes", 0, parts, Int("axis", 0)).Name;
        return Node("Resize", name, x.Channels, [x.Name, "", "", sizes], Text("coordinate_transformation_mode", "align_corners"), Text("mode", "linear"));
    }

    /// <summary>Gives the last node's result another name.</summary>
    public GraphValue Rename(GraphValue x, string name)
    {
        NodeProto last = Graph.Node[^1];
        if (last.Output[0] != x.Name) throw new InvalidOperationException($"'{x.Name}' may be used by other nodes.");
        last.Output[0] = name;
        return x with { Name = name };
    }

    /// <exception cref="RuleViolationException"><c>weights-mismatch</c> (422): the file has a convolution that no node uses.</exception>
    public void Finish()
    {
        string? left = _convolutions.Min(StringComparer.Ordinal);
        if (left is not null) throw BatchNormFolding.Mismatch($"The file has a tensor '{left}.weight' that the network lacks.");
    }

    private string Shape(string name, GraphValue x, long start, long end) => Node("Shape", name, 0, [x.Name], Int("end", end), Int("start", start)).Name;

    private string Constant(string name, float value) => _constants.Add(name) ? Initialise(name, [value]) : name;

    private string Initialise(string name, float[] values, params long[] shape)
    {
        // Not copied: the array is the initialiser's until the file is written.
        ByteString bytes = UnsafeByteOperations.UnsafeWrap(new FloatBytes(values).Memory);
        Graph.Initializer.Add(new TensorProto { Name = name, DataType = (int)TensorProto.Types.DataType.Float, Dims = { shape }, RawData = bytes });
        return name;
    }

    private GraphValue Node(string type, string name, int channels, string[] inputs, params AttributeProto[] attributes)
    {
        Graph.Node.Add(new NodeProto { OpType = type, Name = name, Input = { inputs }, Output = { name }, Attribute = { attributes } });
        return new GraphValue(name, channels);
    }

    private static AttributeProto Int(string name, long value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    private static AttributeProto Ints(string name, params long[] values) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { values } };

    private static AttributeProto Text(string name, string value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(value) };
}
