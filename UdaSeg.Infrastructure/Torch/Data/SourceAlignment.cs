using UdaSeg.Domain.Images;
using UdaSeg.Domain.Photometry;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Imaging;

namespace UdaSeg.Infrastructure.Torch.Data;

/// <summary>
/// M′: source images aligned to drawn target references. GPA is solved from the whole image's profile and the reference's, then maps the pixels that are
/// needed; the Fourier scheme needs the whole image.
/// </summary>
internal sealed class SourceAlignment(TrainingPlan plan, ISamples source, ISamples target)
{
    /// <summary>No training slot reaches it: draws for whole images (centres) are a stream of their own.</summary>
    public const int WholeImageSlot = int.MaxValue;

    public RgbImage Whole(int index, SampleKey key)
    {
        RgbImage image = source.Image(index);
        if (AsItIs) return image;
        int reference = Reference(key);
        return plan.Alignment.Scheme == AlignmentScheme.Fourier ? Fourier(image, reference) : Map(index, reference).Apply(image).Image;
    }

    public RgbImage Crop(int index, CropWindow window, SampleKey key)
    {
        RgbImage image = source.Image(index);
        if (AsItIs) return ImageResizing.ScaledCrop(image, window);
        int reference = Reference(key);
        if (plan.Alignment.Scheme == AlignmentScheme.Fourier) return ImageResizing.ScaledCrop(Fourier(image, reference), window);
        RgbImage crop = ImageResizing.ScaledCrop(image, window);
        Map(index, reference).Apply(crop.Pixels, crop.Pixels);
        return crop;
    }

    // With gan the samples themselves are the translated ones.
    private bool AsItIs => plan.Alignment.Scheme is AlignmentScheme.None or AlignmentScheme.Gan;

    private int Reference(SampleKey key) => key.Below(target.Count, DrawPurpose.Reference);

    private PhotometricMap Map(int index, int reference) => PhotometricMap.Solve(source.Style(index), target.Style(reference), plan.Alignment);

    private RgbImage Fourier(RgbImage image, int reference) =>
        FourierAligner.Map(image, target.Frequencies(reference, image.Width, image.Height, plan.Alignment.FourierBeta)).Image;
}
