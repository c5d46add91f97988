using CsCheck;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Torch;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Network;
using Xunit;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Torch;

[Collection(nameof(TorchCollection))]
public sealed class SlidingWindowTests : IDisposable
{
    private const int Classes = 5, Width = 75, Height = 50;

    private readonly DeepLabV3Plus _network;
    private readonly Inference _inference;
    private readonly RgbImage _image = ResourceHost.Picture(Width, Height, 4);

    public SlidingWindowTests()
    {
        _network = new DeepLabV3Plus(new CheckpointArchitecture(Backbone.ResNet18, 16, [1, 2, 4], 8, 8), Classes);
        FormulaFill.Fill(NetworkState.Of(_network));
        _inference = new Inference(_network, Normalisation.ImageNet, CPU);
    }

    public void Dispose() => _network.Dispose();

    [Theory]
    [InlineData(75, 50)]
    [InlineData(512, 512)]
    public void A_window_as_large_as_the_image_is_the_whole_image(int width, int height)
    {
        Prediction whole = _inference.Predict(_image, 60, 40, withProbabilities: true);
        Prediction seen = _inference.Predict(_image, 60, 40, withProbabilities: true, window: new SlidingWindow(width, height));
        Assert.Equal(whole.Probabilities, seen.Probabilities);
    }

    [Theory]
    [InlineData(32, 32, null)]
    [InlineData(40, 32, 11)]
    [InlineData(32, 64, 16)] // higher than the image
    public void Probabilities_are_the_means_over_the_windows_of_each_pixel(int width, int height, int? stride)
    {
        var window = new SlidingWindow(width, height, stride);
        double[] expected = Slow(_image, window);
        Prediction seen = _inference.Predict(_image, Width, Height, withProbabilities: true, window: window);
        Assert.All(expected.Zip(seen.Probabilities!), p => Assert.Equal(p.First, p.Second, 1e-5));
        float[] whole = _inference.Predict(_image, Width, Height, withProbabilities: true).Probabilities!;
        Assert.Contains(expected.Zip(whole), p => Math.Abs(p.First - p.Second) > 1e-3); // the comparison says something
    }

    [Fact]
    public void Windows_are_laid_over_each_scale_and_its_mirror_image()
    {
        var window = new SlidingWindow(32, 32, 20);
        Prediction seen = _inference.Predict(_image, Width, Height, [1, 2], flip: true, withProbabilities: true, window: window);
        using var scope = NewDisposeScope();
        Tensor sum = zeros(1, Classes, Height, Width);
        foreach (double factor in new[] { 1.0, 2 })
        {
            foreach (bool mirrored in new[] { false, true })
            {
                int height = (int)(Height * factor), width = (int)(Width * factor);
                Tensor input = DeepLabV3Plus.Resize(ImageTensors.Whole(_image, Normalisation.ImageNet, CPU), height, width);
                if (mirrored) input = input.flip(3);
                float[] part = Array.ConvertAll(Slow([.. input.contiguous().data<float>()], width, height, window), v => (float)v);
                Tensor seenPart = DeepLabV3Plus.Resize(from_array(part).reshape(1, Classes, height, width), Height, Width);
                sum += mirrored ? seenPart.flip(3) : seenPart;
            }
        }

        float[] expected = [.. sum.contiguous().data<float>()];
        Assert.All(expected.Zip(seen.Probabilities!), p => Assert.Equal(p.First / 4, p.Second, 1e-4));
    }

    [Fact]
    public void Windows_cover_every_pixel_and_lie_inside() => Gen.Select(Gen.Int[1, 400], Gen.Int[32, 200], Gen.Int[1, 200]).Sample((length, side, stride) =>
    {
        foreach (SlidingWindow window in new SlidingWindow[] { new(side, side, Math.Min(stride, side)), new(side, side) })
        {
            IReadOnlyList<int> offsets = window.Columns(length);
            Assert.Equal(offsets, window.Rows(length));
            var covered = new int[length];
            foreach (int at in offsets)
            {
                Assert.InRange(at, 0, Math.Max(0, length - side));
                for (int i = at; i < Math.Min(length, at + side); i++) covered[i]++;
            }

            Assert.All(covered, count => Assert.True(count >= 1));
            Assert.Equal(offsets.Distinct().Order(), offsets);
        }
    });

    private double[] Slow(RgbImage image, SlidingWindow window)
    {
        var planes = new float[3 * image.Width * image.Height];
        ImageTensors.ToPlanes(image, planes);
        ImageTensors.Normalise(planes, Normalisation.ImageNet);
        return Slow(planes, image.Width, image.Height, window);
    }

    /// <summary>[C·H·W]: every pixel of every window added to its place, then divided by how often it was seen.</summary>
    private double[] Slow(float[] planes, int width, int height, SlidingWindow window)
    {
        int w = Math.Min(window.Width, width), h = Math.Min(window.Height, height);
        var sums = new double[Classes * height * width];
        var counts = new int[height * width];
        foreach (int top in window.Rows(height))
        {
            foreach (int left in window.Columns(width))
            {
                float[] part = [.. Enumerable.Range(0, 3 * h * w).Select(i => planes[(i / (h * w) * height * width) + ((top + (i / w % h)) * width) + left + (i % w)])];
                float[] seen = Probabilities(part, w, h);
                for (int y = 0; y < h; y++)
                {
                    for (int x = 0; x < w; x++)
                    {
                        int at = ((top + y) * width) + left + x;
                        counts[at]++;
                        for (int c = 0; c < Classes; c++) sums[(c * height * width) + at] += seen[(((c * h) + y) * w) + x];
                    }
                }
            }
        }

        return [.. sums.Select((sum, i) => sum / counts[i % counts.Length])];
    }

    private float[] Probabilities(float[] planes, int width, int height)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        _network.eval();
        (Tensor logits, _) = _network.call(from_array(planes).reshape(1, 3, height, width));
        return [.. nn.functional.softmax(DeepLabV3Plus.Resize(logits, height, width), 1).contiguous().data<float>()];
    }
}
