using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Imaging;

namespace UdaSeg.Infrastructure.Torch.Data;

/// <summary>Where a stage's pseudo-labels come from: by target sample, at the size of its image.</summary>
internal interface IPseudoLabelSource
{
    LabelMap PseudoLabels(int index);
}

/// <summary>Makes the batch of any iteration; a pure function of the plan's seed, so that threads may make them in any order.</summary>
internal sealed class BatchMaker(TrainingPlan plan, int stage, SampleStore source, SampleStore target, IPseudoLabelSource? pseudoLabels)
{
    private readonly SourceAlignment _alignment = new(plan, source, target);
    private readonly SourceSampler _sampler = new(source, plan.SourceSampling);
    private readonly Normalisation _normalisation = Normalisation.Of(plan.Network.Normalisation);

    public Batch Make(int iteration)
    {
        int pixels = plan.Crop.Width * plan.Crop.Height, count = plan.BatchSize;
        var images = new float[count * 3 * pixels];
        var labels = new byte[count * pixels];
        for (int slot = 0; slot < count; slot++)
        {
            var key = new SampleKey(plan.Seed, stage, iteration, slot);
            int index = _sampler.Draw(key);
            RgbImage image = source.Image(index);
            CropWindow window = Geometry.Draw(plan, image.Width, image.Height, key);
            Span<float> planes = images.AsSpan(slot * 3 * pixels, 3 * pixels);
            ToPlanes(_alignment.Crop(index, window, key), planes);
            ColorJitter.Apply(planes, plan.Jitter, key.Sequence(DrawPurpose.Jitter));
            Normalise(planes);
            ImageResizing.ScaledCrop(source.Labels(index), window).Labels.CopyTo(labels.AsSpan(slot * pixels));
        }

        return new Batch(iteration, images, labels, pseudoLabels is null ? null : MakeTarget(iteration, pseudoLabels));
    }

    private TargetBatch MakeTarget(int iteration, IPseudoLabelSource teacher)
    {
        int pixels = plan.Crop.Width * plan.Crop.Height, count = plan.BatchSize;
        var plain = new float[count * 3 * pixels];
        var jittered = new float[count * 3 * pixels];
        var labels = new byte[count * pixels];
        for (int slot = 0; slot < count; slot++)
        {
            var key = new SampleKey(plan.Seed, stage, iteration, count + slot);
            int index = key.Below(target.Count, DrawPurpose.TargetSample);
            RgbImage image = target.Image(index);
            CropWindow window = Geometry.Draw(plan, image.Width, image.Height, key);
            Span<float> clean = plain.AsSpan(slot * 3 * pixels, 3 * pixels), changed = jittered.AsSpan(slot * 3 * pixels, 3 * pixels);
            ToPlanes(ImageResizing.ScaledCrop(image, window), clean);
            clean.CopyTo(changed);
            ColorJitter.Apply(changed, plan.Jitter, key.Sequence(DrawPurpose.Jitter));
            Normalise(clean);
            Normalise(changed);
            ImageResizing.ScaledCrop(teacher.PseudoLabels(index), window).Labels.CopyTo(labels.AsSpan(slot * pixels));
        }

        double kept = labels.Count(label => label != LabelMap.Ignore) / (double)labels.Length;
        return new TargetBatch(plain, jittered, labels, kept);
    }

    private void Normalise(Span<float> planes) => ImageTensors.Normalise(planes, _normalisation);

    private static void ToPlanes(RgbImage image, Span<float> planes) => ImageTensors.ToPlanes(image, planes);
}
