namespace UdaSeg.Domain.Training.Estimates;

/// <summary>A tensor of the walk, known by its shape and by who still needs it. Two of one shape are two tensors.</summary>
/// <param name="images">B.</param>
/// <param name="channels">C.</param>
/// <param name="height">In values.</param>
/// <param name="width">In values.</param>
/// <param name="valueBytes">Of a value: 4 for float32, 2 for bf16.</param>
/// <param name="owner">Whose memory it is a view of; null: its own.</param>
internal sealed class FeatureMap(int images, int channels, int height, int width, int valueBytes, FeatureMap? owner = null)
{
    public int Images => images;

    public int Channels => channels;

    public int Height => height;

    public int Width => width;

    public FeatureMap Memory => owner?.Memory ?? this;

    public long Bytes => Values * valueBytes;

    public long Values => (long)images * channels * height * width;

    /// <summary>Some operator's backward pass reads it.</summary>
    public bool Kept { get; set; }

    /// <summary>A variable of the step refers to it until the step ends, whether autograd needs it or not.</summary>
    public bool Held { get; set; } = true;

    /// <summary>The side of the output of a convolution, a pooling or a slice of this stride: all here are padded so that stride 1 keeps it.</summary>
    public static int Strided(int side, int stride) => ((side - 1) / stride) + 1;

    public FeatureMap With(int? channels = null, int stride = 1) => new(Images, channels ?? Channels, Strided(Height, stride), Strided(Width, stride), valueBytes);

    /// <summary>A tensor of its own with another size.</summary>
    public FeatureMap Sized(int height, int width) => new(Images, Channels, height, width, valueBytes);

    /// <summary>A copy with values of another type.</summary>
    public FeatureMap As(int bytes) => new(Images, Channels, Height, Width, bytes);

    /// <summary>Every so many-th value, without a copy.</summary>
    public FeatureMap Sliced(int stride) => new(Images, Channels, Strided(Height, stride), Strided(Width, stride), valueBytes, Memory);

    /// <summary>What an operator leaves in this tensor's memory; it is counted once, by its owner.</summary>
    public FeatureMap InPlace() => new(Images, Channels, Height, Width, valueBytes, Memory) { Held = false };
}
