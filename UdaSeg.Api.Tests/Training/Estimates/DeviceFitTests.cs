using CsCheck;
using UdaSeg.Domain.Training;
using UdaSeg.Domain.Training.Estimates;
using Xunit;

namespace UdaSeg.Api.Tests.Training.Estimates;

public sealed class DeviceFitTests
{
    private const long GiB = 1L << 30;

    private static readonly ImageCaches Caches = new(64 << 20, 32 << 20);

    private static readonly Gen<TrainingPlan> Plans = Gen.Select(
        Gen.Int[1, 24], Gen.Int[32, 1200], Gen.Int[32, 800], Gen.Enum<Backbone>(), Gen.Int[0, 3],
        (batch, width, height, backbone, stages) => TrainingPresets.Paper with
        {
            BatchSize = batch,
            Crop = new PixelSize(width, height),
            Network = new NetworkSettings(backbone),
            Stages = stages,
        });

    private static bool Fits(TrainingPlan plan, long memory) => DeviceFit.Of(plan, 19, Caches, memory).Fits;

    [Fact]
    public void More_images_and_more_pixels_never_need_less() => Plans.Sample(plan =>
    {
        long Peak(TrainingPlan p) => PlanEstimate.Of(p, 19, Caches).PeakBytes(hostToo: true);
        long peak = Peak(plan);
        Assert.True(Peak(plan with { BatchSize = plan.BatchSize + 1 }) > peak);
        Assert.True(Peak(plan with { Crop = plan.Crop with { Width = plan.Crop.Width + 16 } }) > peak);
        Assert.True(Peak(plan with { Crop = plan.Crop with { Height = plan.Crop.Height + 16 } }) > peak);
    }, iter: 60);

    [Fact]
    public void The_batch_and_the_crop_that_are_named_fit_and_the_next_larger_do_not() => Gen.Select(Plans, Gen.Double[0.6, 20]).Sample((plan, gib) =>
    {
        var memory = (long)(gib * GiB);
        DeviceFit fit = DeviceFit.Of(plan, 19, Caches, memory);
        Assert.Equal(fit.NeededBytes <= memory, fit.Fits);
        if (fit.Fits)
        {
            Assert.Null(fit.LargestBatch);
            Assert.Null(fit.LargestCrop);
            return;
        }

        if (fit.LargestBatch is { } batch) Assert.True(Fits(plan with { BatchSize = batch }, memory));
        Assert.False(Fits(plan with { BatchSize = (fit.LargestBatch ?? 0) + 1 }, memory));
        if (fit.LargestCrop is not { } crop) return;
        Assert.Equal((0, 0), (crop.Width % 16, crop.Height % 16));
        Assert.True(crop.Width <= Math.Max(32, plan.Crop.Width) && crop.Height <= Math.Max(32, plan.Crop.Height));
        Assert.True(Fits(plan with { Crop = crop }, memory));
        int wider = crop.Width + 16, taller = (int)Math.Round(wider / 16.0 * plan.Crop.Height / plan.Crop.Width) * 16;
        var next = new PixelSize(wider, Math.Max(32, Math.Min(taller, plan.Crop.Height / 16 * 16)));
        if (wider < plan.Crop.Width) Assert.False(Fits(plan with { Crop = next }, memory));
    }, iter: 60);

    [Fact]
    public void Advice_names_what_fits_and_warns_of_frozen_batch_norms()
    {
        long memory = 24 * GiB;
        DeviceFit fit = DeviceFit.Of(TrainingPresets.Paper, 19, Caches, memory);

        Assert.False(fit.Fits);
        Assert.InRange(fit.LargestBatch!.Value, 1, 3);
        Assert.Contains($"batchSize {fit.LargestBatch} (which freezes the batch norms)", fit.Advice, StringComparison.Ordinal);
        Assert.Contains($"crop {fit.LargestCrop!.Width}×{fit.LargestCrop.Height}", fit.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nothing_fits_the_advice_says_so()
    {
        DeviceFit fit = DeviceFit.Of(TrainingPresets.Paper, 19, Caches, GiB / 8);

        Assert.Equal((null, null), (fit.LargestBatch, fit.LargestCrop));
        Assert.Contains("no batch size and no crop", fit.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void A_graphics_card_does_not_hold_batches_and_image_cache()
    {
        TrainingPlan plan = TrainingPresets.Small;
        long all = DeviceFit.Of(plan with { Device = "cpu" }, 19, Caches, 1).NeededBytes;
        long card = DeviceFit.Of(plan with { Device = "cuda" }, 19, Caches, 1).NeededBytes;
        MemoryEstimate adaptation = PlanEstimate.Of(plan, 19, Caches).Adaptation!.Memory;

        Assert.Equal((2 * Caches.EachDomain) + Caches.PseudoLabels, adaptation.ImageCache);
        Assert.InRange(all - card - ((adaptation.Batches + adaptation.ImageCache) * (1 + DeviceFit.SafetyMargin)), -2, 2);
    }

    [Fact]
    public void Whole_target_images_of_a_known_size_count_where_they_need_the_most()
    {
        TrainingPlan plan = TrainingPresets.Small with { BaseSize = new BaseSizes(Target: new PixelSize(4096, 2048)) };
        PlanEstimate estimate = PlanEstimate.Of(plan, 19, Caches);

        Assert.Null(PlanEstimate.Of(TrainingPresets.Small, 19, Caches).LabellingBytes);
        Assert.Equal(estimate.LabellingBytes, estimate.PeakBytes(hostToo: true));
    }
}
