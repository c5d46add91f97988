using UdaSeg.Domain.Images;
using UdaSeg.Domain.Photometry;

namespace UdaSeg.Bench;

/// <summary>The aligned image against the same operators in double precision, pixel by pixel.</summary>
internal static class AlignErrors
{
    public static void Run(RgbImage source, RgbImage reference)
    {
        var map = PhotometricMap.Solve(StyleProfile.Of(source), StyleProfile.Of(reference), new AlignmentSettings());
        byte[] fast = map.Apply(source).Image.Pixels;
        long off = 0, sum = 0;
        int max = 0;
        for (int i = 0; i < fast.Length; i += 3)
        {
            (byte r, byte g, byte b) = map.ApplyExactly(source.Pixels[i], source.Pixels[i + 1], source.Pixels[i + 2]);
            foreach (int difference in (int[])[Math.Abs(fast[i] - r), Math.Abs(fast[i + 1] - g), Math.Abs(fast[i + 2] - b)])
            {
                if (difference > 0) off++;
                (sum, max) = (sum + difference, Math.Max(max, difference));
            }
        }

        Console.WriteLine(
            $"\nAgainst double precision: mean |error| {(double)sum / fast.Length:0.000000} levels, max {max}; {(double)off / fast.Length:P4} of the bytes differ");
    }
}
