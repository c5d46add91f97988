using CsCheck;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Photometry;
using Xunit;

namespace UdaSeg.Api.Tests.Photometry;

public sealed class PhotometricAlignerTests
{
    public static TheoryData<AlignmentScheme> ColourSchemes => [AlignmentScheme.Hybrid, AlignmentScheme.LabGamma, AlignmentScheme.LabHistogram];

    [Theory]
    [MemberData(nameof(ColourSchemes))]
    public void Equal_styles_leave_the_image_as_it_is(AlignmentScheme scheme)
    {
        RgbImage image = GoldenImages.Waves(97, 61);
        AlignmentResult result = PhotometricAligner.Align(image, StyleProfile.Of(image), new AlignmentSettings(scheme));
        Assert.Equal(image.Pixels, result.Image.Pixels);
        Assert.Equal((1.0, 0.0), (result.Gamma, result.ClippedShare));
        Assert.Equal(result.SourceMeanLightness, result.AlignedMeanLightness, 1e-3);
    }

    [Theory]
    [MemberData(nameof(ColourSchemes))]
    public void The_mean_lightness_moves_towards_the_reference(AlignmentScheme scheme) =>
        Gen.Select(Gen.Double[0.2, 1.3], Gen.Double[0.2, 1.3], Gen.Double[0, 6]).Sample(
            (sourceGain, referenceGain, phase) =>
            {
                RgbImage source = GoldenImages.Waves(40, 30, 0, sourceGain), reference = GoldenImages.Waves(30, 20, phase, referenceGain);
                AlignmentResult result = PhotometricAligner.Align(source, StyleProfile.Of(reference), new AlignmentSettings(scheme));
                double before = Math.Abs(result.SourceMeanLightness - result.ReferenceMeanLightness);
                double after = Math.Abs(result.AlignedMeanLightness - result.ReferenceMeanLightness);
                Assert.True(after <= before + 1, $"{before} → {after}"); // Clamping may cost up to one unit.
                if (before > 5) Assert.True(after < 0.75 * before, $"{before} → {after}");
                Assert.Equal(StyleProfile.Of(result.Image).MeanLightness, result.AlignedMeanLightness, 0.1);
            },
            iter: 60);

    [Fact]
    public void The_colour_histograms_take_the_shape_of_the_reference()
    {
        StyleProfile reference = StyleProfile.Of(GoldenImages.Waves(120, 80, 2.5, 1.1));
        AlignmentResult result = PhotometricAligner.Align(GoldenImages.Waves(120, 80, 0, 0.7), reference, new AlignmentSettings(AlignmentScheme.LabHistogram));
        DomainGap before = DomainGap.Between(StyleProfile.Of(GoldenImages.Waves(120, 80, 0, 0.7)), reference);
        DomainGap after = DomainGap.Between(StyleProfile.Of(result.Image), reference);
        Assert.InRange(after.Lightness, 0, 1);
        Assert.True(after.Total < before.Total / 4, $"{before} → {after}");
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(255, 255, 255)]
    [InlineData(200, 30, 90)]
    public void Plain_images_align_and_serve_as_references_without_harm(byte r, byte g, byte b)
    {
        RgbImage plain = GoldenImages.Plain(19, 7, r, g, b), varied = GoldenImages.Waves(19, 7);
        AlignmentScheme[] schemes = [AlignmentScheme.Hybrid, AlignmentScheme.LabGamma, AlignmentScheme.LabHistogram, AlignmentScheme.Fourier];
        foreach (AlignmentScheme scheme in schemes)
        {
            foreach ((RgbImage source, RgbImage reference) in ((RgbImage, RgbImage)[])[(plain, varied), (varied, plain), (plain, plain)])
            {
                var settings = new AlignmentSettings(scheme, FourierBeta: 0.1);
                AlignmentResult result = scheme == AlignmentScheme.Fourier
                    ? FourierAligner.AlignFourier(source, reference, settings)
                    : PhotometricAligner.Align(source, StyleProfile.Of(reference), settings);
                Assert.InRange(result.Gamma, LightnessGamma.Min, LightnessGamma.Max);
                Assert.InRange(result.AlignedMeanLightness, -0.01, 100.01);
                Assert.InRange(result.ClippedShare, 0, 1);
                if (ReferenceEquals(source, reference)) Assert.Equal(source.Pixels, result.Image.Pixels);
            }
        }
    }

    [Fact]
    public void A_crop_is_mapped_as_the_whole_image_is()
    {
        RgbImage source = GoldenImages.Waves(64, 32, 0, 0.6);
        var map = PhotometricMap.Solve(StyleProfile.Of(source), StyleProfile.Of(GoldenImages.Waves(40, 40, 1)), new AlignmentSettings());
        byte[] whole = map.Apply(source).Image.Pixels, rows = new byte[3 * 64 * 5];
        map.Apply(source.Pixels.AsSpan(3 * 64 * 10, rows.Length), rows);
        Assert.Equal(whole[(3 * 64 * 10)..(3 * 64 * 15)], rows);
    }

    [Fact]
    public void A_kept_source_profile_changes_nothing()
    {
        RgbImage source = GoldenImages.Waves(64, 32, 0, 0.6);
        StyleProfile reference = StyleProfile.Of(GoldenImages.Waves(40, 40, 1)), kept = StyleProfile.FromBytes(StyleProfile.Of(source).ToBytes());
        Assert.Equal(
            PhotometricAligner.Align(source, reference, new AlignmentSettings()).Image.Pixels,
            PhotometricAligner.Align(source, kept, StyleProfile.FromBytes(reference.ToBytes()), new AlignmentSettings()).Image.Pixels);
    }

    [Fact]
    public void Scheme_none_returns_the_source()
    {
        RgbImage source = GoldenImages.Waves(8, 8);
        AlignmentResult result = PhotometricAligner.Align(source, StyleProfile.Of(GoldenImages.Waves(8, 8, 2)), new AlignmentSettings(AlignmentScheme.None));
        Assert.Same(source, result.Image);
        Assert.Equal((1.0, 0.0), (result.Gamma, result.ClippedShare));
    }

    [Fact]
    public void Scheme_fourier_is_refused_where_there_is_only_a_profile()
    {
        RgbImage source = GoldenImages.Waves(8, 8);
        Assert.Throws<ArgumentException>(() => PhotometricAligner.Align(source, StyleProfile.Of(source), new AlignmentSettings(AlignmentScheme.Fourier)));
    }
}
