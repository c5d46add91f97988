using UdaSeg.Api.Tests.Imaging;
using static UdaSeg.Api.Tests.Hostile.HostileFile;

namespace UdaSeg.Api.Tests.Hostile;

/// <summary>PNGs: cut off, lying about their size, bloated, and of every kind of sample.</summary>
internal static class HostilePngs
{
    private const int Bomb = 32 << 20;

    private static readonly byte[] s_good = SlowPng.Encode(7, 5, 8, 2, [.. Enumerable.Range(0, 105).Select(i => i * 37 % 256)], [0, 1, 2, 3, 4]);

    public static IEnumerable<HostileFile> All() => [.. CutOff(), .. Sizes(), .. Bloated(), .. Samples(), .. Broken()];

    private static IEnumerable<HostileFile> CutOff()
    {
        foreach (int length in (int[])[8, 20, 32, 33, 40, s_good.Length / 2, s_good.Length - 30])
        {
            yield return Refused($"png-cut-at-{length}", s_good[..length]);
        }

        yield return Refused("png-cut-in-the-signature", s_good[..5], Unsupported);
        yield return Accepted("png-without-its-sums", s_good[..^20], 7, 5); // every pixel is there
        yield return Accepted("png-without-its-end", s_good[..^12], 7, 5); // every pixel is there
    }

    private static IEnumerable<HostileFile> Sizes()
    {
        yield return Refused("png-claims-60000x60000", RawPng.Of(60_000, 60_000, 8, 2, RawPng.Black(8, 8, 24)), TooLarge);
        yield return Refused("png-claims-2147483647", RawPng.Of(int.MaxValue, int.MaxValue, 16, 6, RawPng.Black(8, 8, 64)), TooLarge);
        yield return Refused("png-claims-no-width", RawPng.Of(0, 5, 8, 2, RawPng.Black(7, 5, 24)));
        yield return Refused("png-claims-negative-height", RawPng.Of(7, -5, 8, 2, RawPng.Black(7, 5, 24)));
        yield return Refused("png-claims-more-than-it-has", RawPng.Of(4000, 4000, 8, 2, RawPng.Black(7, 5, 24)));
        yield return Accepted("png-1x1", RawPng.Of(1, 1, 8, 2, RawPng.Black(1, 1, 24)), 1, 1);
        yield return Accepted("png-1xMAX", RawPng.Of(1, 16_384, 8, 0, RawPng.Black(1, 16_384, 8)), 1, 16_384);
        yield return Accepted("png-MAXx1", RawPng.Of(16_384, 1, 1, 0, RawPng.Black(16_384, 1, 1)), 16_384, 1);
        yield return Refused("png-wider-than-MAX", RawPng.Of(16_385, 1, 8, 0, RawPng.Black(16_385, 1, 8)), TooLarge);
        yield return Refused("png-higher-than-MAX", RawPng.Of(1, 16_385, 8, 0, RawPng.Black(1, 16_385, 8)), TooLarge);
    }

    private static IEnumerable<HostileFile> Bloated()
    {
        byte[] pixels = RawPng.Black(7, 5, 8), bomb = RawPng.Deflated(new byte[Bomb]);
        yield return Accepted("png-pixels-inflate-to-32-MB", RawPng.Of(7, 5, 8, 0, SlowPng.Chunk("IDAT", bomb)), 7, 5);
        yield return Accepted("png-pixels-byte-by-byte", SlowPng.Encode(7, 5, 8, 0, new int[35], [0], chunkSize: 1), 7, 5);
        byte[][] empty = [.. Enumerable.Repeat(SlowPng.Chunk("IDAT", []), 20_000)];
        yield return Accepted("png-20000-empty-chunks", RawPng.Of(7, 5, 8, 0, [.. empty, pixels]), 7, 5);
        yield return Accepted("png-text-of-4-MB", RawPng.Of(7, 5, 8, 0, SlowPng.Chunk("tEXt", [.. "a\0"u8, .. new byte[4 << 20]]), pixels), 7, 5);
        yield return Accepted("png-text-bomb", RawPng.Of(7, 5, 8, 0, SlowPng.Chunk("zTXt", [.. "a\0\0"u8, .. bomb]), pixels), 7, 5);
        yield return Accepted("png-international-text-bomb", RawPng.Of(7, 5, 8, 0, SlowPng.Chunk("iTXt", [.. "a\0\u0001\0\0\0"u8, .. bomb]), pixels), 7, 5);
        yield return Accepted("png-profile-bomb", RawPng.Of(7, 5, 8, 0, SlowPng.Chunk("iCCP", [.. "a\0\0"u8, .. bomb]), pixels), 7, 5);
        yield return Accepted("png-2000-texts", RawPng.Of(7, 5, 8, 0, [.. Enumerable.Repeat(SlowPng.Chunk("tEXt", [.. "a\0b"u8]), 2000), pixels]), 7, 5);
    }

    private static IEnumerable<HostileFile> Samples()
    {
        foreach ((int type, int channels) in ((int, int)[])[(0, 1), (2, 3), (4, 2), (6, 4)])
        {
            yield return Accepted($"png-16-bit-type-{type}", SlowPng.Encode(7, 5, 16, type, [.. Enumerable.Range(0, 35 * channels).Select(i => i * 911 % 65_536)], [0]), 7, 5);
            yield return Accepted($"png-8-bit-type-{type}", SlowPng.Encode(7, 5, 8, type, [.. Enumerable.Range(0, 35 * channels).Select(i => i * 9 % 256)], [4]), 7, 5);
        }

        foreach (int bits in (int[])[1, 2, 4])
        {
            int[] values = [.. Enumerable.Range(0, 35).Select(i => i % (1 << bits))];
            yield return Accepted($"png-grey-{bits}-bit", SlowPng.Encode(7, 5, bits, 0, values, [0]), 7, 5);
            yield return Accepted($"png-palette-{bits}-bit", SlowPng.Encode(7, 5, bits, 3, values, [0], palette: new byte[3 << bits]), 7, 5);
        }

        yield return Accepted("png-interlaced", RawPng.Interlaced(9, 11), 9, 11);
        yield return Accepted("png-animated", RawPng.Animated(7, 5), 7, 5);
        yield return Accepted("png-palette-index-past-its-end", SlowPng.Encode(7, 5, 8, 3, [.. Enumerable.Repeat(9, 35)], [0], palette: [1, 2, 3]), 7, 5);
    }

    private static IEnumerable<HostileFile> Broken()
    {
        byte[] pixels = RawPng.Black(7, 5, 8);
        yield return Refused("png-without-pixels", RawPng.Of(7, 5, 8, 0));
        yield return Refused("png-without-its-palette", RawPng.Of(7, 5, 8, 3, pixels));
        yield return Refused("png-of-3-bits", RawPng.Of(7, 5, 3, 0, pixels));
        yield return Refused("png-of-type-5", RawPng.Of(7, 5, 8, 5, pixels));
        yield return Refused("png-whose-header-has-a-wrong-sum", [.. s_good[..16], 0, 0, 0, 9, .. s_good[20..]]);
        yield return Refused("png-of-noise", RawPng.Of(7, 5, 8, 0, SlowPng.Chunk("IDAT", [.. Enumerable.Range(0, 300).Select(i => (byte)(i * i))])));
        yield return Refused("png-with-a-chunk-of-4-GB", [.. s_good[..33], 0xFF, 0xFF, 0xFF, 0xF0, .. "IDAT"u8, .. s_good[33..]]);
        yield return Refused("png-whose-rows-have-filter-9", RawPng.Of(7, 5, 8, 0, RawPng.Data([.. Enumerable.Repeat((byte)9, 40)])));
    }
}
