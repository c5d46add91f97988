using SkiaSharp;

namespace UdaSeg.Demo;

/// <summary>Capital letters of 5×7 pixels, since a fresh machine may have no fonts at all.</summary>
internal static class PixelFont
{
    public const int Height = 7;

    private const int Advance = 6;

    /// <summary>The character, then seven rows of five bits a glyph, each row one base-32 digit (0-9, then a-v), the leftmost pixel the highest bit.</summary>
    private static readonly Dictionary<char, string> Glyphs = """
        Aehhvhhh Buhhuhhu Cehggghe Duhhhhhu Evgguggv Fvgguggg Gehgnhhf Hhhhvhhh
        Ie44444e J722222c Khikokih Lggggggv Mhrllhhh Nhppljjh Oehhhhhe Puhhuggg
        Qehhhlid Ruhhukih Sfgge11u Tv444444 Uhhhhhhe Vhhhhha4 Whhhllra Xhha4ahh
        Yhha4444 Zv1248gv 0ehjlphe 14c4444e 2eh1248v 3v2421he 426aiv22 5vgu11he
        668guhhe 7v124888 8ehhehhe 9ehhf12c .00000cc ,0000cc8 -000v000 +044v440
        :0cc0cc0 %op248j3 (2488842 )8422248 /01248g0 =00v0v00
        """.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).ToDictionary(g => g[0], g => g[1..]);

    /// <returns>In pixels.</returns>
    public static int Measure(string text, int scale) => text.Length == 0 ? 0 : ((text.Length * Advance) - 1) * scale;

    /// <summary>Draws capitals; a character without a glyph leaves its place empty.</summary>
    /// <param name="scale">Pixels a dot.</param>
    public static void Draw(SKCanvas canvas, string text, int x, int y, int scale, SKColor color)
    {
        using var paint = new SKPaint { Color = color, IsAntialias = false };
        foreach (char c in text.ToUpperInvariant())
        {
            if (Glyphs.TryGetValue(c, out string? rows)) DrawGlyph(canvas, rows, x, y, scale, paint);
            x += Advance * scale;
        }
    }

    private static void DrawGlyph(SKCanvas canvas, string rows, int x, int y, int scale, SKPaint paint)
    {
        for (int row = 0; row < rows.Length; row++)
        {
            int bits = rows[row] <= '9' ? rows[row] - '0' : rows[row] - 'a' + 10;
            for (int column = 0; column < 5; column++)
            {
                if ((bits & (16 >> column)) != 0) canvas.DrawRect(x + (column * scale), y + (row * scale), scale, scale, paint);
            }
        }
    }
}
