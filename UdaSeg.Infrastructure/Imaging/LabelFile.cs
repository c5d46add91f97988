using UdaSeg.Domain.Images;

namespace UdaSeg.Infrastructure.Imaging;

/// <summary>What the pixels of a label file hold.</summary>
internal enum LabelFileKind
{
    /// <summary>Grey of up to 8 bits.</summary>
    Grey8,

    /// <summary>An index into a palette, of up to 8 bits.</summary>
    Palette,

    /// <summary>Colours of 8 bits a channel.</summary>
    Rgb8,

    /// <summary>Grey of 16 bits.</summary>
    Grey16,

    /// <summary>Three channels of 16 bits, of which the first is kept.</summary>
    Rgb16,
}

/// <summary>A label file's raw values: never scaled, never looked up, alpha left out.</summary>
internal sealed record LabelFile
{
    public required int Width { get; init; }

    public required int Height { get; init; }

    public required LabelFileKind Kind { get; init; }

    /// <summary>One value a pixel (the first channel), rows from the top; empty for <see cref="LabelFileKind.Rgb8"/>.</summary>
    public ushort[] Values { get; init; } = [];

    /// <summary>One 0xRRGGBB a pixel, rows from the top; empty but for <see cref="LabelFileKind.Rgb8"/>.</summary>
    public int[] Colors { get; init; } = [];

    /// <summary>0xRRGGBB by index, of <see cref="LabelFileKind.Palette"/>. May be shorter than the indices that pixels have.</summary>
    public int[] Palette { get; init; } = [];

    /// <summary>Of a file that the service wrote itself: its values are class indices.</summary>
    public LabelMap ToMap() => new(Width, Height, Array.ConvertAll(Values, v => (byte)v));
}
