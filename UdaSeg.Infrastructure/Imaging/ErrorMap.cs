using UdaSeg.Domain.Images;

namespace UdaSeg.Infrastructure.Imaging;

/// <summary>Where a prediction is wrong: over the photo in dimmed grey, so that red is told from it by brightness too.</summary>
internal static class ErrorMap
{
    /// <summary>Pixels from hatch line to hatch line, along a row or a column.</summary>
    public const int HatchEvery = 6;

    private const byte HatchGrey = 190;

    private static readonly byte[] Red = [255, 72, 48];

    /// <param name="photo">Of the maps' size.</param>
    /// <param name="truth">Class indices; 255 is ignored.</param>
    /// <param name="prediction">Of the truth's size; 255 is no class of the labels, and wrong.</param>
    /// <param name="counted">By class: whether its true pixels were measured; the others are ignored.</param>
    /// <returns>Right pixels dimmed, wrong ones red, ignored ones dimmed under diagonal grey lines. Its pixels come from the <see cref="PixelPool"/>.</returns>
    /// <exception cref="ArgumentException">When the sizes differ.</exception>
    public static RgbImage Draw(RgbImage photo, LabelMap truth, LabelMap prediction, ReadOnlySpan<bool> counted)
    {
        RequireSize(truth, prediction);
        if ((photo.Width, photo.Height) != (truth.Width, truth.Height)) throw new ArgumentException("Photo and labels differ in size.", nameof(photo));
        var result = new RgbImage(photo.Width, photo.Height, PixelPool.Rent<byte>(photo.Pixels.Length));
        for (int i = 0, at = 0; i < truth.Labels.Length; i++, at += 3)
        {
            int grey = Grey(photo.Pixels.AsSpan(at, 3)) / 2;
            Span<byte> pixel = result.Pixels.AsSpan(at, 3);
            if (!IsCounted(truth.Labels[i], counted))
            {
                pixel.Fill(((i % photo.Width) + (i / photo.Width)) % HatchEvery == 0 ? HatchGrey : (byte)grey);
            }
            else if (truth.Labels[i] == prediction.Labels[i])
            {
                pixel.Fill((byte)grey);
            }
            else
            {
                for (int channel = 0; channel < 3; channel++) pixel[channel] = (byte)(((3 * Red[channel]) + grey) / 4); // the photo still shows through
            }
        }

        return result;
    }

    /// <returns>Of the pixels that count, those that are wrong, 0..1; null when none counts.</returns>
    /// <inheritdoc cref="Draw"/>
    public static double? WrongShare(LabelMap truth, LabelMap prediction, ReadOnlySpan<bool> counted)
    {
        RequireSize(truth, prediction);
        long pixels = 0, wrong = 0;
        for (int i = 0; i < truth.Labels.Length; i++)
        {
            if (!IsCounted(truth.Labels[i], counted)) continue;
            pixels++;
            if (truth.Labels[i] != prediction.Labels[i]) wrong++;
        }

        return pixels == 0 ? null : (double)wrong / pixels;
    }

    private static bool IsCounted(byte truth, ReadOnlySpan<bool> counted) => truth < counted.Length && counted[truth];

    // Rec. 601 luma.
    private static int Grey(ReadOnlySpan<byte> pixel) => ((299 * pixel[0]) + (587 * pixel[1]) + (114 * pixel[2]) + 500) / 1000;

    private static void RequireSize(LabelMap truth, LabelMap prediction)
    {
        if ((truth.Width, truth.Height) != (prediction.Width, prediction.Height)) throw new ArgumentException("Truth and prediction differ in size.", nameof(prediction));
    }
}
