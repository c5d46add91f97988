using System.Numerics;
using System.Runtime.InteropServices;
using UdaSeg.Domain.Training;

namespace UdaSeg.Infrastructure.Torch.Data;

/// <summary>
/// τ: brightness, contrast, saturation and hue in random order, each with torchvision's semantics on images in 0..1 (method, section 3).
/// Planes are R, G, B of n floats each, one after another, changed in place. Vectors and the last pixels one by one round alike: no product is fused
/// with a sum, and the mean is added up in order.
/// </summary>
internal static class ColorJitter
{
    // Luma weights as torchvision's grey conversion has them.
    private const float LumaRed = 0.2989f, LumaGreen = 0.587f, LumaBlue = 0.114f;

    public static void Apply(Span<float> planes, JitterSettings settings, DrawSequence draws)
    {
        if (!settings.Enabled) return;
        Span<int> order = [0, 1, 2, 3];
        for (int i = order.Length - 1; i > 0; i--)
        {
            int j = draws.NextBelow(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }

        float brightness = Factor(ref draws, settings.Brightness);
        float contrast = Factor(ref draws, settings.Contrast);
        float saturation = Factor(ref draws, settings.Saturation);
        float hue = (float)draws.Next(-settings.Hue, settings.Hue);
        foreach (int operation in order)
        {
            switch (operation)
            {
                case 0: Brightness(planes, brightness); break;
                case 1: Contrast(planes, contrast); break;
                case 2: Saturation(planes, saturation); break;
                default: Hue(planes, hue); break;
            }
        }
    }

    /// <summary>Blend with black.</summary>
    public static void Brightness(Span<float> planes, float factor) => Scale(planes, factor, 0);

    /// <summary>Blend with the mean grey of the image.</summary>
    public static void Contrast(Span<float> planes, float factor)
    {
        int n = planes.Length / 3, width = Vector<float>.Count, i = 0;
        Pixels<float> all = new(planes);
        ReadOnlySpan<Vector<float>> red = Wide(all.Red), green = Wide(all.Green), blue = Wide(all.Blue);
        double sum = 0;
        for (int v = 0; v < red.Length; v++, i += width)
        {
            Vector<float> grey = Luma(red[v], green[v], blue[v]);
            for (int k = 0; k < width; k++) sum += grey[k];
        }

        for (; i < n; i++) sum += Luma(all.Red[i], all.Green[i], all.Blue[i]);
        Scale(planes, factor, (1 - factor) * (float)(sum / n));
    }

    /// <summary>Blend with each pixel's grey.</summary>
    public static void Saturation(Span<float> planes, float factor)
    {
        Pixels<float> all = new(planes);
        Span<Vector<float>> red = Wide(all.Red), green = Wide(all.Green), blue = Wide(all.Blue);
        var rest = new Vector<float>(1 - factor);
        for (int v = 0; v < red.Length; v++)
        {
            Vector<float> offset = rest * Luma(red[v], green[v], blue[v]);
            red[v] = Clamp((red[v] * factor) + offset);
            green[v] = Clamp((green[v] * factor) + offset);
            blue[v] = Clamp((blue[v] * factor) + offset);
        }

        for (int i = red.Length * Vector<float>.Count; i < all.Red.Length; i++)
        {
            float offset = (1 - factor) * Luma(all.Red[i], all.Green[i], all.Blue[i]);
            all.Red[i] = Clamp((all.Red[i] * factor) + offset);
            all.Green[i] = Clamp((all.Green[i] * factor) + offset);
            all.Blue[i] = Clamp((all.Blue[i] * factor) + offset);
        }
    }

    /// <summary>Turns the hue of HSV by <paramref name="shift"/> full turns.</summary>
    public static void Hue(Span<float> planes, float shift)
    {
        Pixels<float> all = new(planes);
        Span<Vector<float>> red = Wide(all.Red), green = Wide(all.Green), blue = Wide(all.Blue);
        for (int v = 0; v < red.Length; v++) TurnHue(ref red[v], ref green[v], ref blue[v], shift);
        for (int i = red.Length * Vector<float>.Count; i < all.Red.Length; i++)
        {
            Vector<float> r = new(all.Red[i]), g = new(all.Green[i]), b = new(all.Blue[i]);
            TurnHue(ref r, ref g, ref b, shift);
            (all.Red[i], all.Green[i], all.Blue[i]) = (r[0], g[0], b[0]);
        }
    }

    private static void TurnHue(ref Vector<float> r, ref Vector<float> g, ref Vector<float> b, float shift)
    {
        Vector<float> max = Vector.Max(r, Vector.Max(g, b)), chroma = max - Vector.Min(r, Vector.Min(g, b)), six = new(6f);
        Vector<float> sextant = Vector.ConditionalSelect(
            Vector.Equals(max, r),
            (g - b) / chroma,
            Vector.ConditionalSelect(Vector.Equals(max, g), new Vector<float>(2f) + ((b - r) / chroma), new Vector<float>(4f) + ((r - g) / chroma)));
        sextant += new Vector<float>(6 * shift);
        sextant -= six * Vector.Floor(sextant / six);
        Vector<int> coloured = Vector.GreaterThan(chroma, Vector<float>.Zero); // grey has no hue
        r = Vector.ConditionalSelect(coloured, Channel(5, sextant, max, chroma), r);
        g = Vector.ConditionalSelect(coloured, Channel(3, sextant, max, chroma), g);
        b = Vector.ConditionalSelect(coloured, Channel(1, sextant, max, chroma), b);
    }

    /// <summary>HSV to RGB by channel: value − chroma · clamp(min(k, 4 − k), 0, 1), k = (n + sextant) mod 6.</summary>
    private static Vector<float> Channel(float n, Vector<float> sextant, Vector<float> value, Vector<float> chroma)
    {
        Vector<float> k = new Vector<float>(n) + sextant, six = new(6f);
        k = Vector.ConditionalSelect(Vector.GreaterThanOrEqual(k, six), k - six, k);
        return value - (chroma * Clamp(Vector.Min(k, new Vector<float>(4f) - k)));
    }

    private static void Scale(Span<float> values, float factor, float offset)
    {
        Span<Vector<float>> wide = Wide(values);
        var shift = new Vector<float>(offset);
        for (int v = 0; v < wide.Length; v++) wide[v] = Clamp((wide[v] * factor) + shift);
        for (int i = wide.Length * Vector<float>.Count; i < values.Length; i++) values[i] = Clamp((values[i] * factor) + offset);
    }

    private static float Factor(ref DrawSequence draws, double strength) => (float)draws.Next(Math.Max(0, 1 - strength), 1 + strength);

    private static Vector<float> Luma(Vector<float> r, Vector<float> g, Vector<float> b) => (r * LumaRed) + (g * LumaGreen) + (b * LumaBlue);

    private static float Luma(float r, float g, float b) => (LumaRed * r) + (LumaGreen * g) + (LumaBlue * b);

    private static Vector<float> Clamp(Vector<float> v) => Vector.Min(Vector.Max(v, Vector<float>.Zero), Vector<float>.One);

    private static float Clamp(float v) => v < 0 ? 0 : v > 1 ? 1 : v;

    private static Span<Vector<float>> Wide(Span<float> values) => MemoryMarshal.Cast<float, Vector<float>>(values);

    private readonly ref struct Pixels<T>(Span<T> planes)
    {
        public readonly Span<T> Red = planes[..(planes.Length / 3)];

        public readonly Span<T> Green = planes.Slice(planes.Length / 3, planes.Length / 3);

        public readonly Span<T> Blue = planes[(planes.Length / 3 * 2)..];
    }
}
