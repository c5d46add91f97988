using System.Buffers.Binary;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Photometry.Kernels;

namespace UdaSeg.Domain.Photometry;

/// <summary>What an image contributes to photometric alignment: its mean Lab colour and its histograms. Computed once an image; about 33 KB.</summary>
public sealed class StyleProfile
{
    private const byte Version = 1;

    private StyleProfile(double meanLightness, double meanA, double meanB, ChannelHistogram lightness, ChannelHistogram a, ChannelHistogram b) =>
        (MeanLightness, MeanA, MeanB, Lightness, A, B) = (meanLightness, meanA, meanB, lightness, a, b);

    /// <summary>Mean of L*, 0..100, over the pixels themselves (not the bins).</summary>
    public double MeanLightness { get; }

    public double MeanA { get; }

    public double MeanB { get; }

    public ChannelHistogram Lightness { get; }

    public ChannelHistogram A { get; }

    public ChannelHistogram B { get; }

    /// <param name="image">Any size.</param>
    /// <param name="threads">At most so many work on it; the profile does not depend on how many.</param>
    public static StyleProfile Of(RgbImage image, int threads = 1) => Of(image, threads, PixelKernel.Best);

    internal static StyleProfile Of(RgbImage image, int threads, PixelKernel kernel)
    {
        (StyleCounts counts, double l, double a, double b) = StyleCounts.Of(image, threads, kernel);
        using (counts)
        {
            double pixels = (double)image.Width * image.Height;
            return new StyleProfile(
                l / pixels,
                a / pixels,
                b / pixels,
                StyleCounts.Histogram(ChannelGrid.Lightness, counts.L),
                StyleCounts.Histogram(ChannelGrid.Chroma, counts.A),
                StyleCounts.Histogram(ChannelGrid.Chroma, counts.B));
        }
    }

    /// <summary>The mean style of a domain: every profile weighs the same.</summary>
    /// <exception cref="ArgumentException">When there is none.</exception>
    public static StyleProfile Average(IReadOnlyList<StyleProfile> profiles)
    {
        if (profiles.Count == 0) throw new ArgumentException("At least one profile is needed.", nameof(profiles));
        return new StyleProfile(
            profiles.Average(p => p.MeanLightness),
            profiles.Average(p => p.MeanA),
            profiles.Average(p => p.MeanB),
            ChannelHistogram.Average([.. profiles.Select(p => p.Lightness)]),
            ChannelHistogram.Average([.. profiles.Select(p => p.A)]),
            ChannelHistogram.Average([.. profiles.Select(p => p.B)]));
    }

    /// <summary>A version byte, the three means, and the filled range of each histogram; little-endian.</summary>
    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Version);
        writer.Write(MeanLightness);
        writer.Write(MeanA);
        writer.Write(MeanB);
        foreach (ChannelHistogram histogram in (ChannelHistogram[])[Lightness, A, B])
        {
            int first = histogram.Shares.IndexOfAnyExcept(0f), last = histogram.Shares.LastIndexOfAnyExcept(0f);
            writer.Write((ushort)first);
            writer.Write((ushort)(last - first + 1));
            for (int i = first; i <= last; i++) writer.Write(histogram.Shares[i]);
        }

        writer.Flush();
        return stream.ToArray();
    }

    /// <exception cref="InvalidDataException">When the bytes are no profile of a known version.</exception>
    public static StyleProfile FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 25 || bytes[0] != Version) throw new InvalidDataException("These bytes are no style profile of a known version.");
        double l = BinaryPrimitives.ReadDoubleLittleEndian(bytes[1..]);
        double a = BinaryPrimitives.ReadDoubleLittleEndian(bytes[9..]), b = BinaryPrimitives.ReadDoubleLittleEndian(bytes[17..]);
        if (!double.IsFinite(l + a + b)) throw new InvalidDataException("A style profile's means must be finite.");
        ReadOnlySpan<byte> rest = bytes[25..];
        ChannelHistogram lightness = Read(ChannelGrid.Lightness, ref rest);
        ChannelHistogram greenRed = Read(ChannelGrid.Chroma, ref rest), blueYellow = Read(ChannelGrid.Chroma, ref rest);
        if (!rest.IsEmpty) throw new InvalidDataException("A style profile is longer than it says.");
        return new StyleProfile(l, a, b, lightness, greenRed, blueYellow);
    }

    private static ChannelHistogram Read(ChannelGrid grid, ref ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 4) throw new InvalidDataException("A style profile is cut short.");
        int first = BinaryPrimitives.ReadUInt16LittleEndian(bytes), count = BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]);
        bytes = bytes[4..];
        if (count == 0 || first + count > grid.Bins || bytes.Length < 4 * count)
        {
            throw new InvalidDataException("A style profile's histogram does not fit its grid.");
        }

        var shares = new float[grid.Bins];
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            float share = BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]);
            if (!(share >= 0 && share <= 1)) throw new InvalidDataException("A style profile's shares must lie in 0..1.");
            sum += shares[first + i] = share;
        }

        if (Math.Abs(sum - 1) > 1e-3) throw new InvalidDataException("A style profile's shares must sum to 1.");
        bytes = bytes[(4 * count)..];
        return new ChannelHistogram(grid, shares);
    }
}
