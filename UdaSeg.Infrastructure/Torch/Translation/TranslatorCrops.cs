using UdaSeg.Domain.Images;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Torch.Data;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch.Translation;

/// <summary>What a translator learns from: a crop of each domain an iteration, a pure function of the run's seed, the translator's number and the iteration.</summary>
/// <param name="plan">Scale and flip are those of training.</param>
/// <param name="number">Of the translator.</param>
/// <param name="device">Where tensors go.</param>
internal sealed class TranslatorCrops(TrainingPlan plan, int number, Device device)
{
    /// <summary>No training slot reaches them; see also <see cref="SourceAlignment.WholeImageSlot"/>.</summary>
    public const int SourceSlot = int.MaxValue - 2, TargetSlot = int.MaxValue - 3;

    private readonly TrainingPlan _plan = plan with { Crop = plan.Translation.CropOf(plan) };

    /// <param name="samples">Of either domain.</param>
    /// <param name="iteration">From 0.</param>
    /// <param name="slot">The domain's.</param>
    /// <returns>[1, 3, H, W] RGB in −1..1.</returns>
    public Tensor Draw(ISamples samples, int iteration, int slot)
    {
        var key = new SampleKey(_plan.Seed, number, iteration, slot);
        RgbImage image = samples.Image(key.Below(samples.Count, DrawPurpose.Translator));
        RgbImage crop = ImageResizing.ScaledCrop(image, Geometry.Draw(_plan, image.Width, image.Height, key));
        Tensor drawn = SignedImages.Of(crop, crop.Width, crop.Height, device);
        PixelPool.Return(crop.Pixels);
        return drawn;
    }
}
