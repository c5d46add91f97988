using UdaSeg.Domain.Training;

namespace UdaSeg.Infrastructure.Torch.Data;

/// <summary>
/// τ: brightness, contrast, saturation and hue in random order, each with torchvision's semantics on images in 0..1 (method, section 3).
/// Planes are R, G, B of n floats each, one after another, changed in place.
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
    public static void Brightness(Span<float> planes, float factor)
    {
        for (int i = 0; i < planes.Length; i++) planes[i] = Clamp(planes[i] * factor);
    }

    /// <summary>Blend with the mean grey of the image.</summary>
    public static void Contrast(Span<float> planes, float factor)
    {
        int n = planes.Length / 3;
        double sum = 0;
        for (int i = 0; i < n; i++) sum += Luma(planes, i, n);
        float offset = (1 - factor) * (float)(sum / n);
        for (int i = 0; i < planes.Length; i++) planes[i] = Clamp((planes[i] * factor) + offset);
    }

    /// <summary>Blend with each pixel's grey.</summary>
    public static void Saturation(Span<float> planes, float factor)
    {
        int n = planes.Length / 3;
        for (int i = 0; i < n; i++)
        {
            float offset = (1 - factor) * Luma(planes, i, n);
            planes[i] = Clamp((planes[i] * factor) + offset);
            planes[n + i] = Clamp((planes[n + i] * factor) + offset);
            planes[(2 * n) + i] = Clamp((planes[(2 * n) + i] * factor) + offset);
        }
    }

    /// <summary>Turns the hue of HSV by <paramref name="shift"/> full turns.</summary>
    public static void Hue(Span<float> planes, float shift)
    {
        int n = planes.Length / 3;
        for (int i = 0; i < n; i++)
        {
            float r = planes[i], g = planes[n + i], b = planes[(2 * n) + i];
            float max = MathF.Max(r, MathF.Max(g, b)), chroma = max - MathF.Min(r, MathF.Min(g, b));
            if (chroma <= 0) continue; // grey has no hue
            float sextant = max == r ? (g - b) / chroma : max == g ? 2 + ((b - r) / chroma) : 4 + ((r - g) / chroma);
            sextant += 6 * shift;
            sextant -= 6 * MathF.Floor(sextant / 6);
            planes[i] = Channel(5, sextant, max, chroma);
            planes[n + i] = Channel(3, sextant, max, chroma);
            planes[(2 * n) + i] = Channel(1, sextant, max, chroma);
        }
    }

    /// <summary>HSV to RGB by channel: value − chroma · clamp(min(k, 4 − k), 0, 1), k = (n + sextant) mod 6.</summary>
    private static float Channel(int n, float sextant, float value, float chroma)
    {
        float k = n + sextant;
        if (k >= 6) k -= 6;
        return value - (chroma * Clamp(MathF.Min(k, 4 - k)));
    }

    private static float Factor(ref DrawSequence draws, double strength) => (float)draws.Next(Math.Max(0, 1 - strength), 1 + strength);

    private static float Luma(ReadOnlySpan<float> planes, int i, int n) =>
        (LumaRed * planes[i]) + (LumaGreen * planes[n + i]) + (LumaBlue * planes[(2 * n) + i]);

    private static float Clamp(float v) => v < 0 ? 0 : v > 1 ? 1 : v;
}
