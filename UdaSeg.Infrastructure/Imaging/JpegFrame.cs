using System.Buffers.Binary;

namespace UdaSeg.Infrastructure.Imaging;

/// <summary>What the frame header of a JPEG claims (ITU-T T.81, B.2.2).</summary>
internal static class JpegFrame
{
    /// <summary>
    /// Bytes that an honest file has at least: each block of 8×8 samples has a mean, whose Huffman code takes a bit. A decoder fills what is missing with grey
    /// and says nothing, so that a few bytes would become millions of pixels.
    /// </summary>
    /// <param name="file">The whole file.</param>
    /// <returns>0 when there is no frame header where one should be: the decoder may judge.</returns>
    public static long LeastBytes(ReadOnlySpan<byte> file)
    {
        ReadOnlySpan<byte> frame = Find(file);
        if (frame.Length < 6 || frame.Length < 6 + (3 * frame[5])) return 0;
        (int height, int width) = (BinaryPrimitives.ReadUInt16BigEndian(frame[1..]), BinaryPrimitives.ReadUInt16BigEndian(frame[3..]));
        ReadOnlySpan<byte> components = frame.Slice(6, 3 * frame[5]);
        int most = 0, tallest = 0;
        for (int i = 1; i < components.Length; i += 3) (most, tallest) = (Math.Max(most, components[i] >> 4), Math.Max(tallest, components[i] & 15));
        if (most == 0 || tallest == 0) return 0;
        long blocks = 0;
        for (int i = 1; i < components.Length; i += 3) blocks += Blocks(width, components[i] >> 4, most) * Blocks(height, components[i] & 15, tallest);
        return blocks / 8;
    }

    private static long Blocks(int side, int sampling, int most) => ((((long)side * sampling) + most - 1) / most + 7) / 8;

    // From one segment to the next until a frame's (all start-of-frame markers but the three that are none).
    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> file)
    {
        int at = 2;
        while (at + 4 <= file.Length && file[at] == 0xFF)
        {
            byte marker = file[at + 1];
            if (marker == 0xFF)
            {
                at++; // fill
                continue;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
            if (length < 2 || at + 2 + length > file.Length || marker == 0xDA) return [];
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC)) return file.Slice(at + 4, length - 2);
            at += 2 + length;
        }

        return [];
    }
}
