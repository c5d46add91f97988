using SkiaSharp;
using UdaSeg.Domain.Labels;

namespace UdaSeg.Demo;

/// <param name="Title">Short: it stands in one line above the image.</param>
/// <param name="Image">Owned by the caller.</param>
internal sealed record Panel(string Title, SKBitmap Image);

/// <summary>The one picture that sums the demo up: rows of titled panels over a legend of the classes.</summary>
internal static class Picture
{
    private const int Margin = 12;
    private const int TextScale = 2;

    /// <summary>The streets are small; titles need the room.</summary>
    private const double Zoom = 2;
    private const int TitleHeight = (PixelFont.Height * TextScale) + 10;
    private const int Swatch = PixelFont.Height * TextScale;

    private static readonly SKColor Paper = new(250, 250, 248);
    private static readonly SKColor Ink = new(40, 40, 40);

    /// <param name="rows">All panels of one size.</param>
    /// <returns>A PNG.</returns>
    public static byte[] Compose(IReadOnlyList<IReadOnlyList<Panel>> rows, IReadOnlyList<LabelClass> classes)
    {
        (int cellWidth, int cellHeight) = ((int)(rows[0][0].Image.Width * Zoom), (int)(rows[0][0].Image.Height * Zoom));
        int width = (rows.Max(r => r.Count) * (cellWidth + Margin)) + Margin;
        int legendTop = Margin + (rows.Count * (cellHeight + TitleHeight + Margin));
        using var picture = new SKBitmap(new SKImageInfo(width, legendTop + Legend(null, classes, width, legendTop) + Margin, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(picture);
        canvas.Clear(Paper);
        for (int row = 0; row < rows.Count; row++)
        {
            int top = Margin + (row * (cellHeight + TitleHeight + Margin));
            for (int column = 0; column < rows[row].Count; column++)
            {
                int left = Margin + (column * (cellWidth + Margin));
                PixelFont.Draw(canvas, rows[row][column].Title, left, top, TextScale, Ink);
                canvas.DrawBitmap(rows[row][column].Image, SKRect.Create(left, top + TitleHeight, cellWidth, cellHeight));
            }
        }

        Legend(canvas, classes, width, legendTop);
        canvas.Flush();
        return Pixels.Encode(picture);
    }

    /// <summary>Swatches and names, broken into lines; draws only if there is a canvas.</summary>
    /// <returns>The height in pixels.</returns>
    private static int Legend(SKCanvas? canvas, IReadOnlyList<LabelClass> classes, int width, int top)
    {
        (int x, int y) = (Margin, top);
        foreach (LabelClass item in classes)
        {
            int needed = Swatch + 8 + PixelFont.Measure(item.Name, TextScale);
            if (x > Margin && x + needed > width - Margin) (x, y) = (Margin, y + TitleHeight);
            if (canvas is not null)
            {
                using var paint = new SKPaint { Color = Color(item) };
                canvas.DrawRect(x, y, Swatch, Swatch, paint);
                PixelFont.Draw(canvas, item.Name, x + Swatch + 8, y, TextScale, Ink);
            }

            x += needed + (2 * Margin);
        }

        return y - top + Swatch;
    }

    public static SKColor Color(LabelClass item) => new((byte)item.Color[0], (byte)item.Color[1], (byte)item.Color[2]);
}
