namespace UdaSeg.Domain.Training.Estimates;

/// <summary>
/// Runs a network's forward pass on shapes. Each operator notes what it costs and which tensors its backward pass will read: a convolution and a batch
/// norm their input, a ReLU its result, a ReLU6 its input, a max pooling its input and 64-bit indices, a dropout its mask.
/// </summary>
/// <param name="trainsBatchNorm">Whether batch norms save batch statistics.</param>
internal sealed class LayerWalk(bool trainsBatchNorm)
{
    private const int FloatBytes = 4, IndexBytes = 8;

    private readonly List<Note> _notes = [];

    public FeatureMap Convolution(
        string name, FeatureMap x, int outputs, int kernel = 1, int stride = 1, int groups = 1, bool bias = false)
    {
        FeatureMap y = x.With(outputs, stride);
        long weights = (long)outputs * (x.Channels / groups) * kernel * kernel, biases = bias ? outputs : 0;
        double positions = (double)y.Images * y.Height * y.Width;
        // The library reorders input, weights and gradient into its own layout: each exists twice for a while.
        long temporary = 2 * (x.Bytes + y.Bytes + (weights * FloatBytes));
        return Add(new Note(name, "convolution", y, temporary) { Parameters = weights + biases, Flops = ((2.0 * weights) + biases) * positions }.Keeping(x));
    }

    public FeatureMap BatchNorm(string name, FeatureMap x)
    {
        long saved = trainsBatchNorm ? 2L * x.Channels * FloatBytes : 0;
        return Add(new Note(name, "batchNorm", x.With(), 2 * x.Bytes) { Parameters = 2 * x.Channels, Statistics = 2 * x.Channels, Extra = saved }.Keeping(x));
    }

    /// <summary>In place: result and input are one tensor.</summary>
    public FeatureMap Relu(string name, FeatureMap x) => Add(new Note(name, "relu", x.InPlace(), 2 * x.Bytes).Keeping(x));

    public FeatureMap Relu6(string name, FeatureMap x) => Add(new Note(name, "relu6", x.With(), 2 * x.Bytes).Keeping(x));

    public FeatureMap MaxPool(string name, FeatureMap x, int stride)
    {
        FeatureMap y = x.With(stride: stride);
        return Add(new Note(name, "maxPool", y, x.Bytes + y.Bytes) { Extra = y.Values * IndexBytes }.Keeping(x));
    }

    public FeatureMap Dropout(string name, FeatureMap x) => Add(new Note(name, "dropout", x.With(), 2 * x.Bytes) { Extra = x.Bytes });

    /// <summary>The sum of two of one shape, in place of <paramref name="x"/>: its gradient is both's.</summary>
    public FeatureMap Sum(string name, FeatureMap x) => Add(new Note(name, "add", x.InPlace(), x.Bytes));

    /// <summary>The mean over each channel of each image.</summary>
    public FeatureMap Mean(string name, FeatureMap x) => Add(new Note(name, "mean", x.Sized(1, 1), x.Bytes));

    public FeatureMap Concatenation(string name, FeatureMap like, int channels)
    {
        FeatureMap y = like.With(channels);
        return Add(new Note(name, "concatenation", y, 2 * y.Bytes));
    }

    public FeatureMap Resize(string name, FeatureMap x, int height, int width)
    {
        if ((x.Height, x.Width) == (height, width)) return x;
        FeatureMap y = x.Sized(height, width);
        return Add(new Note(name, "bilinear", y, x.Bytes + y.Bytes));
    }

    /// <summary>An operator that the network's parts do not have.</summary>
    /// <param name="name">Of the layer.</param>
    /// <param name="kind">Of the operator.</param>
    /// <param name="y">Its result; marked beforehand as held or not.</param>
    /// <param name="kept">Bytes for the backward pass.</param>
    /// <param name="temporary">Bytes in the backward pass.</param>
    public FeatureMap Other(string name, string kind, FeatureMap y, long kept, long temporary) => Add(new Note(name, kind, y, temporary) { Extra = kept });

    /// <summary>A sequence of modules gives its intermediate results back as it goes: autograd alone may keep them.</summary>
    public static FeatureMap Dropped(FeatureMap x)
    {
        x.Held = false;
        return x;
    }

    /// <summary>Of all results that are held, and the largest operator's beside them: what a forward pass without gradients takes.</summary>
    public long ResultBytes() => _notes.Where(n => n.Output.Held).Sum(n => n.Output.Bytes) + _notes.Max(n => n.TemporaryBytes / 2);

    public IReadOnlyList<LayerCost> Layers() => [.. _notes.Select(n => new LayerCost(
        n.Name,
        n.Operator,
        new TensorShape(n.Output.Images, n.Output.Channels, n.Output.Height, n.Output.Width),
        n.Parameters,
        n.Statistics,
        n.Flops,
        n.Kept.Sum(k => k.Bytes) + n.Extra,
        n.Output is { Held: true, Kept: false } ? n.Output.Bytes : 0,
        n.TemporaryBytes,
        n.Kept.Where(k => !k.Held).Sum(k => k.Bytes) + n.Extra))];

    private FeatureMap Add(Note note)
    {
        _notes.Add(note);
        return note.Output;
    }

    private sealed record Note(string Name, string Operator, FeatureMap Output, long TemporaryBytes)
    {
        public long Parameters { get; init; }

        public long Statistics { get; init; }

        public double Flops { get; init; }

        /// <summary>Kept bytes that are no operator's result.</summary>
        public long Extra { get; init; }

        public List<FeatureMap> Kept { get; } = [];

        public Note Keeping(FeatureMap x)
        {
            if (x.Memory.Kept) return this;
            x.Memory.Kept = true;
            Kept.Add(x.Memory);
            return this;
        }
    }
}
