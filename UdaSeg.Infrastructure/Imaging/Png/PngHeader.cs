using System.Buffers.Binary;

namespace UdaSeg.Infrastructure.Imaging.Png;

/// <summary>The first chunk of a PNG: all that must be known before any pixel is allocated.</summary>
/// <param name="Width">1..2³¹−1, as the file claims.</param>
/// <param name="Height">1..2³¹−1, as the file claims.</param>
/// <param name="BitDepth">Bits a sample: 1, 2, 4, 8 or 16.</param>
/// <param name="ColorType">0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha.</param>
/// <param name="Interlaced">Adam7.</param>
internal readonly record struct PngHeader(int Width, int Height, int BitDepth, int ColorType, bool Interlaced)
{
    public const int SignatureLength = 8;

    /// <summary>Signature and header chunk, in bytes.</summary>
    public const int Length = SignatureLength + 25;

    public static ReadOnlySpan<byte> Signature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    public long Pixels => (long)Width * Height;

    public int Channels => ColorType switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };

    public int BitsPerPixel => Channels * BitDepth;

    /// <summary>Bytes of a row of pixels, without its filter byte.</summary>
    public long RowBytes => (((long)Width * BitsPerPixel) + 7) / 8;

    public static bool HasSignature(ReadOnlySpan<byte> file) => file.StartsWith(Signature);

    /// <returns>False when the signature, the header's chunk, its CRC or a value in it is not as the format demands.</returns>
    public static bool TryParse(ReadOnlySpan<byte> file, out PngHeader header)
    {
        header = default;
        if (file.Length < Length || !HasSignature(file)) return false;
        ReadOnlySpan<byte> chunk = file[SignatureLength..Length];
        if (BinaryPrimitives.ReadUInt32BigEndian(chunk) != 13 || !chunk.Slice(4, 4).SequenceEqual("IHDR"u8)) return false;
        if (Crc32.Compute(chunk.Slice(4, 17)) != BinaryPrimitives.ReadUInt32BigEndian(chunk[21..])) return false;
        ReadOnlySpan<byte> data = chunk.Slice(8, 13);
        header = new PngHeader(BinaryPrimitives.ReadInt32BigEndian(data), BinaryPrimitives.ReadInt32BigEndian(data[4..]), data[8], data[9], data[12] == 1);
        return header is { Width: > 0, Height: > 0 } && data[10] == 0 && data[11] == 0 && data[12] <= 1 && IsKnownSample(data[8], data[9]);
    }

    private static bool IsKnownSample(int bits, int colorType) => colorType switch
    {
        0 => bits is 1 or 2 or 4 or 8 or 16,
        3 => bits is 1 or 2 or 4 or 8,
        2 or 4 or 6 => bits is 8 or 16,
        _ => false,
    };
}
