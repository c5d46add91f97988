using TorchSharp;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Demo.Scenes;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Serving;
using UdaSeg.Infrastructure.Serving.Engines;
using UdaSeg.Infrastructure.Torch;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Stages;
using Xunit;

namespace UdaSeg.Api.Tests.Torch;

/// <summary>A model that was adapted at a size is served and evaluated at that size.</summary>
[Collection(nameof(TorchCollection))]
public sealed class BaseSizeTests
{
    private static readonly RgbImage Image = SceneRenderer.Render(SceneDomain.Camera, 0, 1, 120, 80).Image;

    [Theory]
    [InlineData(60, 40, 60, 40)]
    [InlineData(96, 25, 60, 40)] // as many pixels, and the image's own aspect
    [InlineData(120, 80, 120, 80)]
    public void An_image_gets_the_base_size_s_pixels_and_keeps_its_aspect(int width, int height, int seenWidth, int seenHeight)
    {
        using DeepLabV3Plus network = TinyNetwork.Create(3);
        using Segmenter segmenter = Segmenter(new PixelSize(width, height));
        SegmentationResult served = segmenter.Segment(Image);
        Prediction seen = new Inference(network, Normalisation.ImageNet, torch.CPU).Predict(ImageResizing.Resize(Image, seenWidth, seenHeight), 120, 80);
        Assert.Equal((120, 80), (served.Labels.Width, served.Labels.Height));
        Assert.Equal(seen.Labels, served.Labels.Labels);
    }

    [Fact]
    public void Without_one_an_image_is_seen_as_it_is()
    {
        using DeepLabV3Plus network = TinyNetwork.Create(3);
        using Segmenter segmenter = Segmenter(null);
        var inference = new Inference(network, Normalisation.ImageNet, torch.CPU);
        byte[] served = segmenter.Segment(Image).Labels.Labels;
        Assert.Equal(inference.Predict(Image, 120, 80).Labels, served);
        Assert.NotEqual(inference.Predict(ImageResizing.Resize(Image, 60, 40), 120, 80).Labels, served); // so the tests above can tell
    }

    [Fact]
    public void It_is_evaluated_at_that_size_against_labels_of_their_own_size()
    {
        using var folder = new TempFolder();
        IReadOnlyList<SampleRef> samples = SceneFolder.Write(folder.Sub("truth"), SceneDomain.Camera, 3, 120, 80, labels: true);
        var store = new FileArtifactStore(folder.Sub("artifacts"));
        byte[] weights = TinyNetwork.File(TinyNetwork.Tensors(3));
        store.Write("weights", stream => stream.Write(weights));
        Checkpoint checkpoint = Samples.Checkpoint(key: "weights") with { Manifest = TinyNetwork.Manifest(weights) with { BaseSize = new PixelSize(60, 40) } };
        var job = new EvaluationJob(Guid.CreateVersion7(), checkpoint, samples, SceneFolder.Space, new EvaluationOptions());

        // As a run measures itself: images at its base size, labels as they are.
        using DeepLabV3Plus network = TinyNetwork.Create(3);
        var inference = new Inference(network, Normalisation.ImageNet, torch.CPU);
        EvaluationReport Measured(PixelSize? size) => Evaluating.Run(
            inference, new SampleStore(samples, size, SceneFolder.Space.Count, new SkiaImageCodec()), SceneFolder.Space, SceneFolder.Space, job.Options, (_, _) => { });

        EvaluationReport found = new TorchEvaluator(store, new SkiaImageCodec()).Evaluate(job, null, TestContext.Current.CancellationToken);
        Assert.Equal(Measured(new PixelSize(60, 40)).Confusion, found.Confusion);
        Assert.NotEqual(Measured(null).Confusion, found.Confusion);
    }

    private static Segmenter Segmenter(PixelSize? size)
    {
        CheckpointManifest manifest = TinyNetwork.Manifest([]) with { BaseSize = size };
        return new Segmenter(manifest, new DeviceEngine(manifest, TinyNetwork.Create(3), torch.CPU), maxBatch: 1, threads: 1);
    }
}
