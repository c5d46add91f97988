using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Imaging;

namespace UdaSeg.Infrastructure.Torch.Data;

/// <summary>Random scale, crop and mirror of one sample, the same for image and label (method, section 3).</summary>
internal static class Geometry
{
    /// <summary>A scaled image smaller than the crop is stretched to it, side by side, as the base setting of the paper does.</summary>
    /// <param name="plan">Scale, crop and flip.</param>
    /// <param name="width">The image's, in pixels.</param>
    /// <param name="height">The image's, in pixels.</param>
    /// <param name="key">Where in the run the sample stands.</param>
    public static CropWindow Draw(TrainingPlan plan, int width, int height, SampleKey key)
    {
        double factor = plan.Scale.Min + (key.Unit(DrawPurpose.Scale) * (plan.Scale.Max - plan.Scale.Min));
        double scaledWidth = Math.Max(plan.Crop.Width, Math.Round((plan.Scale.Width ?? width) * factor));
        double scaledHeight = Math.Max(plan.Crop.Height, Math.Round((plan.Scale.Width ?? width) * factor * height / width));
        int x = key.Below((int)scaledWidth - plan.Crop.Width + 1, DrawPurpose.CropX);
        int y = key.Below((int)scaledHeight - plan.Crop.Height + 1, DrawPurpose.CropY);
        return new CropWindow(scaledWidth, scaledHeight, x, y, plan.Crop.Width, plan.Crop.Height, key.Unit(DrawPurpose.Flip) < plan.Flip);
    }
}

/// <summary>The place of a sample in a run; target slots are numbered after the source's, so that no two samples share a draw.</summary>
internal readonly record struct SampleKey(long Seed, int Stage, long Iteration, int Slot)
{
    public double Unit(DrawPurpose purpose) => RandomSource.Unit(Seed, Stage, Iteration, Slot, purpose);

    public int Below(int count, DrawPurpose purpose) => RandomSource.Below(count, Seed, Stage, Iteration, Slot, purpose);

    public DrawSequence Sequence(DrawPurpose purpose) => new(RandomSource.Bits(Seed, Stage, Iteration, Slot, purpose));
}
