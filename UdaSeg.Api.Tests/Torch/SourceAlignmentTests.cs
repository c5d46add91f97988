using UdaSeg.Api.Tests.Support;
using UdaSeg.Demo.Scenes;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Torch.Data;
using Xunit;

namespace UdaSeg.Api.Tests.Torch;

public sealed class SourceAlignmentTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void References_are_decoded_once_for_their_profile_and_never_while_training()
    {
        (SampleStore source, SampleStore target) = Stores(budget: 0);
        for (int i = 0; i < target.Count; i++) target.Style(i);
        int decoded = target.Decoded;
        var alignment = new SourceAlignment(TrainingPresets.Tiny, source, target);
        for (int i = 0; i < 20; i++) alignment.Whole(i % source.Count, new SampleKey(1, 0, i, 0));
        Assert.Equal(target.Count, decoded);
        Assert.Equal(decoded, target.Decoded);
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
