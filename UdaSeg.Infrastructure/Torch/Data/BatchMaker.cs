using System.Buffers;
using System.Collections.Concurrent;
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
/// <param name="plan">Of the run.</param>
/// <param name="stage">0..K.</param>
/// <param name="source">M.</param>
/// <param name="target">N.</param>
/// <param name="pseudoLabels">Null in stage 0.</param>
/// <param name="asBytes">Whether images without jitter stay 8-bit: see <see cref="DevicePixels"/>.</param>
/// <param name="counts">Of the source's labels; needed where rare classes are drawn more often.</param>
internal sealed class BatchMaker(
    TrainingPlan plan, int stage, ISamples source, ISamples target, IPseudoLabelSource? pseudoLabels, bool asBytes = false, ClassCounts? counts = null)
{
    private readonly SourceAlignment _alignment = new(plan, source, target);
    private readonly SourceSampler _sampler = new(source, plan, counts);
    private readonly Normalisation _normalisation = Normalisation.Of(plan.Network.Normalisation);
    private readonly ConcurrentBag<Batch> _spare = [];

    /// <summary>The batch was trained on: its arrays (megabytes, all of one size) are used again.</summary>
    public void Return(Batch batch) => _spare.Add(batch);

    public Batch Make(int iteration)
    {
        int pixels = plan.Crop.Width * plan.Crop.Height, count = plan.BatchSize;
        Batch batch = _spare.TryTake(out Batch? spare) ? spare : New();
        (float[] images, byte[] labels) = (batch.Source, batch.SourceLabels);
        for (int slot = 0; slot < count; slot++)
        {
            var key = new SampleKey(plan.Seed, stage, iteration, slot);
            int index = _sampler.Draw(key);
            RgbImage image = source.Image(index);
            CropWindow window = Geometry.Draw(plan, image.Width, image.Height, key);
            Span<float> planes = images.AsSpan(slot * 3 * pixels, 3 * pixels);
            RgbImage crop = _alignment.Crop(index, window, key);
            ImageTensors.ToPlanes(crop.Pixels, planes);
            PixelPool.Return(crop.Pixels);
            ColorJitter.Apply(planes, plan.Jitter, key.Sequence(DrawPurpose.Jitter));
            Normalise(planes);
            ImageResizing.ScaledCrop(source.Labels(index), window, labels.AsSpan(slot * pixels, pixels));
        }

        return batch with { Iteration = iteration, Target = pseudoLabels is null ? null : FillTarget(batch.Target!, iteration, pseudoLabels) };
    }

    private Batch New()
    {
        int labels = plan.BatchSize * plan.Crop.Width * plan.Crop.Height, images = 3 * labels;
        TargetBatch? adaptation = pseudoLabels is null
            ? null
            : new TargetBatch(asBytes ? [] : new float[images], new float[images], new byte[labels], 0, asBytes ? new byte[images] : null);
        return new Batch(0, new float[images], new byte[labels], adaptation);
    }

    private TargetBatch FillTarget(TargetBatch batch, int iteration, IPseudoLabelSource teacher)
    {
        int pixels = plan.Crop.Width * plan.Crop.Height, count = plan.BatchSize;
        byte[] crop = ArrayPool<byte>.Shared.Rent(3 * pixels);
        for (int slot = 0; slot < count; slot++)
        {
            var key = new SampleKey(plan.Seed, stage, iteration, count + slot);
            int index = key.Below(target.Count, DrawPurpose.TargetSample), at = slot * 3 * pixels;
            RgbImage image = target.Image(index);
            CropWindow window = Geometry.Draw(plan, image.Width, image.Height, key);
            Span<byte> shown = batch.PlainBytes is { } bytes ? bytes.AsSpan(at, 3 * pixels) : crop.AsSpan(0, 3 * pixels);
            Span<float> jittered = batch.Jittered.AsSpan(at, 3 * pixels);
            ImageResizing.ScaledCrop(image, window, shown);
            ImageTensors.ToPlanes(shown, jittered);
            if (!asBytes)
            {
                jittered.CopyTo(batch.Plain.AsSpan(at));
                Normalise(batch.Plain.AsSpan(at, 3 * pixels));
            }

            ColorJitter.Apply(jittered, plan.Jitter, key.Sequence(DrawPurpose.Jitter));
            Normalise(jittered);
            ImageResizing.ScaledCrop(teacher.PseudoLabels(index), window, batch.PseudoLabels.AsSpan(slot * pixels, pixels));
        }

        ArrayPool<byte>.Shared.Return(crop);
        return batch with { KeptShare = TargetBatch.ShareOf(batch.PseudoLabels) };
    }

    private void Normalise(Span<float> planes) => ImageTensors.Normalise(planes, _normalisation);
}
