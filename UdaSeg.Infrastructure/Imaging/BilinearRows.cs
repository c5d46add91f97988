using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace UdaSeg.Infrastructure.Imaging;

/// <summary>
/// The two directions of interpolation: weighted rows into one line of floats, then weighted pixels of that line. Multiply and add are kept apart (no fused
/// operation), so that wide and narrow paths round alike on every processor.
/// </summary>
internal static class BilinearRows
{
    /// <summary>Floats beyond a line's end that may be read.</summary>
    public const int Slack = 1;

    /// <summary>line = weight · row.</summary>
    public static void Begin(ReadOnlySpan<byte> row, float weight, Span<float> line)
    {
        int i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            for (; i <= row.Length - 8; i += 8) (Floats(row, i) * Vector256.Create(weight)).StoreUnsafe(ref MemoryMarshal.GetReference(line), (nuint)i);
        }

        for (; i < row.Length; i++) line[i] = row[i] * weight;
    }

    /// <summary>line += weight · row.</summary>
    public static void Add(ReadOnlySpan<byte> row, float weight, Span<float> line)
    {
        int i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            ref float to = ref MemoryMarshal.GetReference(line);
            for (; i <= row.Length - 8; i += 8)
            {
                (Vector256.LoadUnsafe(ref to, (nuint)i) + (Floats(row, i) * Vector256.Create(weight))).StoreUnsafe(ref to, (nuint)i);
            }
        }

        for (; i < row.Length; i++)
        {
            float product = row[i] * weight;
            line[i] += product;
        }
    }

    /// <summary>Each output pixel from the line's pixels around it, rounded; black beyond the image.</summary>
    /// <param name="columns">Which pixels, and their weights.</param>
    /// <param name="line">From the first column that is needed; <see cref="Slack"/> floats longer.</param>
    /// <param name="row">Receives 3 bytes a pixel.</param>
    /// <param name="flip">Write from the right.</param>
    public static void Blend(AxisTaps columns, ReadOnlySpan<float> line, Span<byte> row, bool flip)
    {
        for (int x = 0; x < columns.Length; x++)
        {
            ReadOnlySpan<float> weights = columns.Weights(x);
            int at = weights.IsEmpty ? 0 : 3 * (columns.First(x) - columns.Begin);
            Vector128<float> sum = Vector128<float>.Zero; // R, G, B, and a lane that nobody reads
            for (int k = 0; k < weights.Length; k++, at += 3) sum += Vector128.Create(line.Slice(at, 4)) * weights[k];
            Vector128<int> rounded = Vector128.ConvertToInt32(sum + Vector128.Create(0.5f));
            int to = 3 * (flip ? columns.Length - 1 - x : x);
            (row[to], row[to + 1], row[to + 2]) = ((byte)rounded[0], (byte)rounded[1], (byte)rounded[2]);
        }
    }

    private static Vector256<float> Floats(ReadOnlySpan<byte> row, int i)
    {
        var bytes = Vector128.CreateScalar(MemoryMarshal.Read<ulong>(row[i..])).AsByte();
        Vector128<ushort> wide = Vector128.WidenLower(bytes);
        return Vector256.ConvertToSingle(Vector256.Create(Vector128.WidenLower(wide), Vector128.WidenUpper(wide)).AsInt32());
    }
}
