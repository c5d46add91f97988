namespace UdaSeg.Domain.Images;

/// <summary>A class index a pixel, rows from the top; <see cref="Ignore"/> marks pixels that no loss and no metric counts.</summary>
public sealed class LabelMap
{
    public const byte Ignore = 255;

    public LabelMap(int width, int height)
        : this(width, height, new byte[checked(width * height)])
    {
    }

    /// <param name="width">In pixels, at least 1.</param>
    /// <param name="height">In pixels, at least 1.</param>
    /// <param name="labels">Exactly <c>width × height</c> bytes; not copied.</param>
    public LabelMap(int width, int height, byte[] labels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (labels.Length != checked(width * height)) throw new ArgumentException($"{width}×{height} labels need {width * height} bytes, not {labels.Length}.", nameof(labels));
        (Width, Height, Labels) = (width, height, labels);
    }

    public int Width { get; }

    public int Height { get; }

    public byte[] Labels { get; }
}
