using System.Text.Json;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Photometry;
using Xunit;

namespace UdaSeg.Api.Tests.Photometry;

public sealed class GoldenAlignmentTests
{
    [Theory]
    [InlineData(0, AlignmentScheme.Hybrid, "hybrid")]
    [InlineData(1, AlignmentScheme.Hybrid, "hybrid")]
    [InlineData(2, AlignmentScheme.Hybrid, "hybrid")]
    [InlineData(0, AlignmentScheme.LabGamma, "labGamma")]
    [InlineData(1, AlignmentScheme.LabGamma, "labGamma")]
    [InlineData(2, AlignmentScheme.LabGamma, "labGamma")]
    [InlineData(0, AlignmentScheme.LabHistogram, "labHistogram")]
    [InlineData(1, AlignmentScheme.LabHistogram, "labHistogram")]
    [InlineData(2, AlignmentScheme.LabHistogram, "labHistogram")]
    public void A_scheme_gives_the_golden_image(int index, AlignmentScheme scheme, string field)
    {
        JsonElement golden = GoldenImages.Photometric.GetProperty("images")[index];
        RgbImage source = Load(golden, "source"), reference = Load(golden, "reference");
        AlignmentResult result = PhotometricAligner.Align(source, StyleProfile.Of(reference), new AlignmentSettings(scheme));
        AssertClose(Load(golden, field), result.Image);
        if (scheme == AlignmentScheme.Hybrid) Assert.Equal(golden.GetProperty("gamma").GetDouble(), result.Gamma, 0.002);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Fourier_alignment_gives_the_golden_image(int index)
    {
        JsonElement golden = GoldenImages.Photometric.GetProperty("images")[index], fourier = golden.GetProperty("fourier");
        var settings = new AlignmentSettings(AlignmentScheme.Fourier, FourierBeta: fourier.GetProperty("beta").GetDouble());
        AlignmentResult result = FourierAligner.AlignFourier(Load(golden, "source"), Load(fourier, "reference"), settings);
        AssertClose(Load(fourier, "image"), result.Image);
    }

    private static RgbImage Load(JsonElement golden, string field) => GoldenImages.Load(golden.GetProperty(field).GetString()!);

    private static void AssertClose(RgbImage expected, RgbImage actual)
    {
        (double mean, int percentile) = GoldenImages.Difference(expected, actual);
        Assert.True(mean <= 0.6 && percentile <= 3, $"mean |difference| {mean:F3}, 99th percentile {percentile}");
    }
}
