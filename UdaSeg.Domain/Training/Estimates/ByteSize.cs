using System.Globalization;

namespace UdaSeg.Domain.Training.Estimates;

/// <summary>Sizes of memory in words.</summary>
public static class ByteSize
{
    /// <summary>2^50: beyond any device.</summary>
    public const long Largest = 1L << 50;

    private static readonly (string Suffix, double Factor)[] Units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40), ("kB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12), ("B", 1), ("", 1),
    ];

    /// <summary>Reads bytes, or a number with a suffix: <c>24GiB</c>, <c>11 GB</c>, <c>512MiB</c>; case does not matter.</summary>
    /// <returns>Null for anything else, for less than a byte, and beyond <see cref="Largest"/>.</returns>
    public static long? Read(string text)
    {
        (string suffix, double factor) = Units.First(u => text.EndsWith(u.Suffix, StringComparison.OrdinalIgnoreCase));
        bool number = double.TryParse(text[..^suffix.Length].Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value);
        double bytes = value * factor;
        return number && bytes is >= 1 and <= Largest ? (long)bytes : null;
    }
}
