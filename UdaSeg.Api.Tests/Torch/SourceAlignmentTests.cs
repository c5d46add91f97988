using UdaSeg.Api.Tests.Support;
using UdaSeg.Demo.Scenes;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Photometry;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Torch.Data;
using Xunit;

namespace UdaSeg.Api.Tests.Torch;

public sealed class SourceAlignmentTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(AlignmentScheme.Hybrid)]
    [InlineData(AlignmentScheme.LabGamma)]
    [InlineData(AlignmentScheme.LabHistogram)]
    [InlineData(AlignmentScheme.Fourier)]
    public void A_reference_is_decoded_once_for_its_profile_and_never_again_while_training(AlignmentScheme scheme)
    {
        (SampleStore source, SampleStore target) = Stores(budget: 0);
        TrainingPlan plan = TrainingPresets.Tiny with { Crop = new PixelSize(64, 48), Alignment = new AlignmentSettings(scheme) };
        var maker = new BatchMaker(plan, 0, source, target, null);
        for (int i = 0; i < 20; i++) maker.Make(i);
        Assert.Equal(target.Count, target.Decoded); // 80 samples drew one of 4 references each
        Assert.InRange(source.Decoded, source.Count + 1, 80); // without a budget sources are decoded anew, but once a sample
    }

    [Fact]
    public void The_fourier_scheme_uses_the_references_low_frequencies_at_the_sources_size()
    {
        (SampleStore source, SampleStore target) = Stores(budget: 1 << 20);
        TrainingPlan plan = TrainingPresets.Tiny with { Alignment = new AlignmentSettings(AlignmentScheme.Fourier, FourierBeta: 0.05) };
        var key = new SampleKey(1, 0, 3, 0);
        RgbImage expected = FourierAligner.AlignFourier(source.Image(1), target.Image(key.Below(target.Count, DrawPurpose.Reference)), plan.Alignment).Image;
        Assert.Equal(expected.Pixels, new SourceAlignment(plan, source, target).Whole(1, key).Pixels);
        Assert.NotEqual(source.Image(1).Pixels, expected.Pixels);
    }

    [Theory]
    [InlineData(SourceSampling.Balanced, 0.5)]
    [InlineData(SourceSampling.Uniform, 0.1)]
    public void Several_source_sets_are_drawn_as_the_plan_says(SourceSampling sampling, double shareOfTheSmallOne)
    {
        SampleRef[] samples = [.. Enumerable.Range(0, 20).Select(i => new SampleRef($"{i}", "", null, LabelMapping.Identity, i < 2 ? 0 : 1))];
        var sampler = new SourceSampler(new SampleStore(samples, null, 2, new SkiaImageCodec()), TrainingPresets.Tiny with { SourceSampling = sampling });
        int[] drawn = [.. Enumerable.Range(0, 4000).Select(i => sampler.Draw(new SampleKey(1, 0, i, 0)))];
        Assert.Equal(20, drawn.Distinct().Count());
        Assert.Equal(shareOfTheSmallOne, drawn.Count(i => i < 2) / 4000.0, 0.03);
        double first = drawn.Count(i => i == 0), second = drawn.Count(i => i == 1);
        Assert.Equal(0.5, first / (first + second), 0.08);
    }

    [Fact]
    public void Aligning_a_crop_equals_cropping_the_aligned_image()
    {
        (SampleStore source, SampleStore target) = Stores(budget: 1 << 20);
        var alignment = new SourceAlignment(TrainingPresets.Tiny, source, target);
        var key = new SampleKey(1, 0, 3, 0);
        var window = new CropWindow(96, 64, 10, 8, 64, 48); // unscaled: mapping and resampling commute exactly
        RgbImage crop = alignment.Crop(2, window, key);
        Assert.Equal(ImageResizing.ScaledCrop(alignment.Whole(2, key), window).Pixels, crop.Pixels);
        Assert.NotEqual(ImageResizing.ScaledCrop(source.Image(2), window).Pixels, crop.Pixels);
    }

    [Fact]
    public void A_batch_is_the_same_whenever_it_is_made_and_labels_follow_their_image()
    {
        (SampleStore source, SampleStore target) = Stores(budget: 1 << 20);
        TrainingPlan plan = TrainingPresets.Tiny with { Crop = new PixelSize(64, 48) };
        var maker = new BatchMaker(plan, 0, source, target, null);
        Batch first = maker.Make(5);
        maker.Make(6);
        Batch again = maker.Make(5);
        Assert.Equal(first.Source, again.Source);
        Assert.Equal(first.SourceLabels, again.SourceLabels);
        Assert.NotEqual(first.Source, maker.Make(6).Source);
        Assert.All(first.SourceLabels, label => Assert.InRange(label, 0, 8));
    }

    private (SampleStore Source, SampleStore Target) Stores(long budget)
    {
        var codec = new SkiaImageCodec();
        int classes = SceneFolder.Space.Count;
        return (
            new SampleStore(SceneFolder.Write(_folder.Sub("game"), SceneDomain.Game, 4, 96, 64, labels: true), null, classes, codec, budget),
            new SampleStore(SceneFolder.Write(_folder.Sub("camera"), SceneDomain.Camera, 4, 96, 64, labels: false), null, classes, codec, budget));
    }
}
