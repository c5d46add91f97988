using TorchSharp;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Api.Tests.Torch;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Training;
using UdaSeg.Domain.Training.Methods;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Translation;
using Xunit;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Methods;

/// <summary>The translator's networks and losses beside slow loops.</summary>
[Collection(nameof(TorchCollection))]
public sealed class TranslationNetworkTests
{
    private static readonly TranslationSettings Small = new(Width: 4, Blocks: 2);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 9)]
    [InlineData(33, 18)]
    [InlineData(40, 24)]
    public void An_image_of_any_size_comes_back_at_exactly_that_size(int width, int height)
    {
        RgbImage image = Noise(width, height);
        foreach (bool residual in new[] { true, false })
        {
            using var model = new CycleModel(Small with { Residual = residual }, 1, 0, CPU);
            RgbImage painted = new ImagePainter(model.ToTarget, CPU).Paint(image);
            Assert.Equal((width, height), (painted.Width, painted.Height));
            int apart = image.Pixels.Zip(painted.Pixels, (a, b) => Math.Abs(a - b)).Max();
            Assert.True(residual ? apart <= 3 : apart > 3, $"{apart}"); // one begins with its input, the other with noise
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_painted_lies_within_the_range_of_colours(bool residual)
    {
        using DisposeScope scope = NewDisposeScope();
        using var model = new CycleModel(Small with { Residual = residual }, 1, 0, CPU);
        using (no_grad()) nn.init.normal_(model.ToTarget.last.weight!, 0, 3);
        Tensor image = rand(2, 3, 24, 16).mul(2).sub(1), painted = model.ToTarget.call(image);
        Assert.Equal(image.shape, painted.shape);
        float[] values = painted.detach().data<float>().ToArray();
        Assert.All(values, v => Assert.InRange(v, -1f, 1f));
        Assert.True(values.Max() > 0.9f && values.Min() < -0.9f);
    }

    [Fact]
    public void What_lies_beyond_an_image_s_edge_mirrors_what_lies_before_it()
    {
        RgbImage image = Noise(13, 10);
        var larger = new RgbImage(16, 12);
        for (int y = 0; y < 12; y++)
        {
            for (int x = 0; x < 16; x++)
            {
                int fromX = x < 13 ? x : 24 - x, fromY = y < 10 ? y : 18 - y;
                for (int c = 0; c < 3; c++) larger.Pixels[(3 * ((y * 16) + x)) + c] = image.Pixels[(3 * ((fromY * 13) + fromX)) + c];
            }
        }

        using DisposeScope scope = NewDisposeScope();
        float[] seen = SignedImages.Of(image, 16, 12, CPU).data<float>().ToArray();
        Assert.Equal(SignedImages.Of(larger, 16, 12, CPU).data<float>().ToArray(), seen);
        Assert.Equal((larger.Pixels[0] / 127.5f) - 1, seen[0], 1e-6f);
        Assert.Equal(image.Pixels, SignedImages.Read(SignedImages.Of(image, 16, 12, CPU), 13, 10).Pixels);
    }

    [Fact]
    public void Instance_norm_brings_each_channel_of_each_image_to_mean_0_and_variance_1()
    {
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(4);
        Tensor x = randn(2, 3, 5, 7).mul(3).add(1);
        float[] expected = Normalised(x.data<float>().ToArray(), 35), found = Norms.Instance(x).data<float>().ToArray();
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], found[i], 1e-4f);
    }

    [Fact]
    public void Convolutions_see_the_image_mirrored_at_its_borders()
    {
        using DisposeScope scope = NewDisposeScope();
        float[] x = [.. Enumerable.Range(0, 20).Select(i => (float)i)]; // 4 rows of 5
        float[] wide = Norms.Reflect(from_array(x).reshape(1, 1, 4, 5), 3).data<float>().ToArray();
        int Fold(int at, int length) => at < 0 ? -at : at < length ? at : (2 * (length - 1)) - at;
        Assert.Equal(Enumerable.Range(0, 110).Select(i => x[(Fold((i / 11) - 3, 4) * 5) + Fold((i % 11) - 3, 5)]), wide);
    }

    [Fact]
    public void The_perceptual_loss_is_the_mean_square_between_normalised_logits()
    {
        using DisposeScope scope = NewDisposeScope();
        DeepLabV3Plus network = TinyNetwork.Create(5);
        network.eval();
        using var loss = new SemanticLoss(network, Normalisation.ImageNet, CPU);
        RgbImage one = Split((x, _) => x), other = Split((x, y) => 3 * (x + y) / 4);
        float[] a = Said(network, one), b = Said(network, other);
        double expected = 0;
        for (int i = 0; i < a.Length; i++) expected += (a[i] - b[i]) * (double)(a[i] - b[i]) / a.Length;
        Tensor found = SemanticLoss.Distance(loss.Said(SignedImages.Of(one, 32, 32, CPU)), loss.Said(SignedImages.Of(other, 32, 32, CPU)));
        Assert.InRange(expected, 1e-5, 10); // a random network sees little difference
        Assert.Equal(expected, found.item<float>(), 2e-2 * expected);
    }

    [Fact]
    public void The_perceptual_loss_reaches_the_generator_and_leaves_its_network_alone()
    {
        using DisposeScope scope = NewDisposeScope();
        DeepLabV3Plus network = TinyNetwork.Create(5);
        foreach (TorchSharp.Modules.Parameter parameter in network.parameters()) parameter.requires_grad = false;
        network.eval();
        using var loss = new SemanticLoss(network, Normalisation.ImageNet, CPU);
        (float[] without, _) = Trained(null);
        (float[] with, TranslationLosses losses) = Trained(loss);
        Assert.NotEqual(without, with);
        Assert.True(losses.Semantic > 0);
        Assert.All(network.parameters(), p => Assert.True(p.grad is null));
    }

    [Fact]
    public void A_step_moves_all_four_networks_and_a_number_has_its_own_beginning()
    {
        using DisposeScope scope = NewDisposeScope();
        using CycleModel model = new(Small, 1, 0, CPU), same = new(Small, 1, 0, CPU), next = new(Small, 1, 1, CPU), other = new(Small, 2, 0, CPU);
        float[] Of(CycleModel m, string prefix) => [.. m.Weights.Where(w => w.Key.StartsWith(prefix, StringComparison.Ordinal)).SelectMany(w => w.Value.detach().data<float>().ToArray())];
        Assert.Equal(Of(model, ""), Of(same, ""));
        Assert.NotEqual(Of(model, ""), Of(next, ""));
        Assert.NotEqual(Of(model, ""), Of(other, ""));
        TranslationLosses losses = model.Step(SignedImages.Of(Noise(32, 32), 32, 32, CPU), SignedImages.Of(Noise(32, 32, 2), 32, 32, CPU), null, 1e-3, 0);
        foreach (string part in (string[])["painters.toTarget", "painters.toSource", "judges.toTarget", "judges.toSource"]) Assert.NotEqual(Of(same, part), Of(model, part));
        Assert.True(losses is { Adversarial: > 0, Cycle: > 0, Identity: > 0, Judges: > 0, Semantic: 0 });
    }

    /// <summary>Channels that are no multiple of 8 made the native library read beyond its tensors: see <see cref="EvenConvolution"/>.</summary>
    [Fact]
    public void A_step_is_the_same_whatever_lay_in_memory_before()
    {
        float[]? first = null;
        for (int round = 0; round < 3; round++)
        {
            using var model = new CycleModel(Small with { Width = 5 }, 1, 0, CPU);
            for (int i = 0; i < 2; i++)
            {
                Soil(round == 0 ? 0 : float.NaN);
                using DisposeScope scope = NewDisposeScope();
                model.Step(SignedImages.Of(Noise(32, 32), 32, 32, CPU), SignedImages.Of(Noise(32, 32, 2), 32, 32, CPU), null, 1e-3, i);
            }

            float[] weights = [.. model.Weights.Values.SelectMany(w => w.detach().data<float>().ToArray())];
            Assert.All(weights, w => Assert.True(float.IsFinite(w)));
            Assert.Equal(first ??= weights, weights);
        }
    }

    [Fact]
    public void The_rate_stands_for_half_the_time_and_then_falls_to_nothing()
    {
        TranslationSettings settings = new(Iterations: 10, LearningRate: 1);
        double[] rates = [.. Enumerable.Range(0, 10).Select(i => TranslatorTraining.Rate(settings, i))];
        Assert.Equal([1, 1, 1, 1, 1, 1, 0.8, 0.6, 0.4, 0.2], rates.Select(r => Math.Round(r, 9)));
    }

    [Fact]
    public void A_crop_has_sides_that_generators_can_halve_twice()
    {
        TrainingPlan plan = TrainingPresets.Tiny with { Crop = new PixelSize(131, 82) };
        Assert.Equal(new PixelSize(128, 80), plan.Translation.CropOf(plan));
        Assert.Equal(new PixelSize(40, 36), (plan.Translation with { Crop = new PixelSize(43, 36) }).CropOf(plan));
    }

    private static (float[] Weights, TranslationLosses Losses) Trained(SemanticLoss? loss)
    {
        using var model = new CycleModel(Small, 1, 0, CPU);
        TranslationLosses losses = model.Step(SignedImages.Of(Noise(32, 32), 32, 32, CPU), SignedImages.Of(Noise(32, 32, 2), 32, 32, CPU), loss, 1e-3, 0);
        losses = model.Step(SignedImages.Of(Noise(32, 32), 32, 32, CPU), SignedImages.Of(Noise(32, 32, 2), 32, 32, CPU), loss, 1e-3, 1);
        return (model.ToTarget.last.weight!.detach().data<float>().ToArray(), losses);
    }

    private static float[] Said(DeepLabV3Plus network, RgbImage image)
    {
        using var noGrad = no_grad();
        Tensor input = Infrastructure.Torch.Data.ImageTensors.Whole(image, Normalisation.ImageNet, CPU);
        (Tensor logits, _) = network.call(input);
        return Normalised(logits.contiguous().data<float>().ToArray(), (int)(logits.shape[2] * logits.shape[3]));
    }

    private static float[] Normalised(float[] values, int pixels)
    {
        var result = new float[values.Length];
        for (int start = 0; start < values.Length; start += pixels)
        {
            double mean = values.Skip(start).Take(pixels).Average(v => (double)v);
            double variance = values.Skip(start).Take(pixels).Average(v => (v - mean) * (v - mean));
            for (int i = start; i < start + pixels; i++) result[i] = (float)((values[i] - mean) / Math.Sqrt(variance + 1e-5));
        }

        return result;
    }

    /// <summary>What is allocated next lies where these values were.</summary>
    private static void Soil(float value)
    {
        using DisposeScope scope = NewDisposeScope();
        for (int size = 16; size < 200_000; size = (size * 3 / 2) + 8)
        {
            for (int i = 0; i < 40; i++) full([size], value);
        }
    }

    private static RgbImage Split(Func<int, int, int> at)
    {
        var image = new RgbImage(32, 32);
        for (int i = 0; i < image.Pixels.Length; i++) image.Pixels[i] = (byte)(at(i / 3 % 32, i / 96) < 16 ? 30 + (40 * (i % 3)) : 220 - (50 * (i % 3)));
        return image;
    }

    private static RgbImage Noise(int width, int height, int seed = 1) => new(
        width, height, [.. Enumerable.Range(0, 3 * width * height).Select(i => (byte)(20 + RandomSource.Below(200, seed, 0, i, 0, DrawPurpose.Jitter)))]);
}
