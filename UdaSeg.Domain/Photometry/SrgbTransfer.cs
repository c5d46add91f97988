namespace UdaSeg.Domain.Photometry;

/// <summary>The transfer curve of sRGB (IEC 61966-2-1): 8-bit codes to linear light 0..1 and back, exactly rounded.</summary>
public static class SrgbTransfer
{
    /// <summary>Fine enough that no cell holds two rounding borders: the curve rises by at most 12.92·255 / 4096 = 0.8 codes a cell.</summary>
    private const int Cells = 4096;

    private static readonly float[] Linear = BuildLinear();
    private static readonly float[] Borders = BuildBorders();
    private static readonly byte[] FirstCode = BuildFirstCode();

    /// <returns>Linear light, 0..1.</returns>
    public static float Decode(byte code) => Linear[code];

    /// <param name="linear">Linear light, 0..1 (the caller clamps).</param>
    /// <returns>The nearest 8-bit code.</returns>
    public static byte Encode(float linear)
    {
        int code = FirstCode[(int)(linear * Cells)];
        return (byte)(linear >= Borders[code + 1] ? code + 1 : code);
    }

    /// <summary>The curve itself: an encoded value 0..1 to linear light.</summary>
    public static double DecodeExact(double encoded) => encoded <= 0.04045 ? encoded / 12.92 : Math.Pow((encoded + 0.055) / 1.055, 2.4);

    /// <summary>The inverse of <see cref="DecodeExact"/>.</summary>
    public static double EncodeExact(double linear) => linear <= 0.0031308 ? linear * 12.92 : (1.055 * Math.Pow(linear, 1 / 2.4)) - 0.055;

    internal static ReadOnlySpan<float> Table => Linear;

    private static float[] BuildLinear()
    {
        var table = new float[256];
        for (int code = 0; code < table.Length; code++) table[code] = (float)DecodeExact(code / 255.0);
        return table;
    }

    /// <summary>Entry c: the linear light from which on code c is the nearest; entry 256 is never reached.</summary>
    private static float[] BuildBorders()
    {
        var borders = new float[257];
        borders[0] = float.NegativeInfinity;
        for (int code = 1; code < 256; code++) borders[code] = (float)DecodeExact((code - 0.5) / 255.0);
        borders[256] = float.PositiveInfinity;
        return borders;
    }

    /// <summary>The code at the lower end of each cell; at most one border follows inside it.</summary>
    private static byte[] BuildFirstCode()
    {
        var codes = new byte[Cells + 1];
        for (int cell = 0, code = 0; cell <= Cells; cell++)
        {
            while (Borders[code + 1] <= (float)cell / Cells) code++;
            codes[cell] = (byte)code;
        }

        return codes;
    }
}
