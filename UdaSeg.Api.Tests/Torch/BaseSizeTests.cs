using TorchSharp;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Demo.Scenes;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Serving;
using UdaSeg.Infrastructure.Torch;
using UdaSeg.Infrastructure.Torch.Network;
using Xunit;

namespace UdaSeg.Api.Tests.Torch;

/// <summary>A model that was adapted at a size is served at that size; that it is evaluated so, the end-to-end test shows.</summary>
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
        using var segmenter = new TorchSegmenter(Manifest(new PixelSize(width, height)), network, torch.CPU);
        SegmentationResult served = segmenter.Segment(Image);
        Prediction seen = new Inference(network, Normalisation.ImageNet, torch.CPU).Predict(ImageResizing.Resize(Image, seenWidth, seenHeight), 120, 80);
        Assert.Equal((120, 80), (served.Labels.Width, served.Labels.Height));
        Assert.Equal(seen.Labels, served.Labels.Labels);
    }

    [Fact]
    public void Without_one_an_image_is_seen_as_it_is()
    {
        using DeepLabV3Plus network = TinyNetwork.Create(3);
        using var segmenter = new TorchSegmenter(Manifest(null), network, torch.CPU);
        var inference = new Inference(network, Normalisation.ImageNet, torch.CPU);
        byte[] served = segmenter.Segment(Image).Labels.Labels;
        Assert.Equal(inference.Predict(Image, 120, 80).Labels, served);
        Assert.NotEqual(inference.Predict(ImageResizing.Resize(Image, 60, 40), 120, 80).Labels, served); // so the tests above can tell
    }

    private static CheckpointManifest Manifest(PixelSize? size) => TinyNetwork.Manifest([]) with { BaseSize = size };
}
