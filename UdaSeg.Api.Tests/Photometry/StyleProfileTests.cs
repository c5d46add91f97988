using CsCheck;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Photometry;
using Xunit;

namespace UdaSeg.Api.Tests.Photometry;

public sealed class StyleProfileTests
{
    [Fact]
    public void A_profile_counts_what_the_scalar_conversion_gives()
    {
        RgbImage image = GoldenImages.Waves(53, 41);
        StyleProfile profile = StyleProfile.Of(image);
        (double L, double A, double B)[] lab = [.. image.Pixels.Chunk(3).Select(p => LabColor.FromSrgb(p[0], p[1], p[2]))];
        Assert.Equal(lab.Average(p => p.L), profile.MeanLightness, 1e-3);
        Assert.Equal(lab.Average(p => p.A), profile.MeanA, 1e-3);
        Assert.Equal(lab.Average(p => p.B), profile.MeanB, 1e-3);
        Assert.Equal(lab.Average(p => p.L), profile.Lightness.Mean(), 0.02);
        Assert.Equal(lab.Average(p => p.A), profile.A.Mean(), 0.02);
        Assert.Equal(lab.Average(p => p.B), profile.B.Mean(), 0.02);
        Assert.InRange(profile.A.WassersteinTo(ChannelHistogram.Of(ChannelGrid.Chroma, [.. lab.Select(p => (float)p.A)])), 0, 1e-3);
    }

    [Fact]
    public void A_profile_survives_its_bytes_exactly()
    {
        StyleProfile profile = StyleProfile.Of(GoldenImages.Waves(64, 48)), read = StyleProfile.FromBytes(profile.ToBytes());
        Assert.Equal((profile.MeanLightness, profile.MeanA, profile.MeanB), (read.MeanLightness, read.MeanA, read.MeanB));
        Assert.Equal(profile.Lightness.Shares, read.Lightness.Shares);
        Assert.Equal(profile.A.Shares, read.A.Shares);
        Assert.Equal(profile.B.Shares, read.B.Shares);
    }

    [Fact]
    public void Broken_bytes_are_refused()
    {
        byte[] bytes = StyleProfile.Of(GoldenImages.Waves(16, 16)).ToBytes();
        byte[] otherVersion = [.. bytes];
        otherVersion[0] = 9;
        Assert.Throws<InvalidDataException>(() => StyleProfile.FromBytes(otherVersion));
        Assert.Throws<InvalidDataException>(() => StyleProfile.FromBytes([.. bytes, 0]));
        for (int length = 0; length < bytes.Length; length += 7) Assert.Throws<InvalidDataException>(() => StyleProfile.FromBytes(bytes.AsSpan(0, length)));
        Gen.Byte.Array[0, 200].Sample(noise => Assert.Throws<InvalidDataException>(() => StyleProfile.FromBytes(noise)));
    }

    [Fact]
    public void The_average_weighs_every_image_alike()
    {
        StyleProfile dark = StyleProfile.Of(GoldenImages.Plain(10, 10, 30, 30, 30)), light = StyleProfile.Of(GoldenImages.Plain(90, 40, 220, 220, 220));
        StyleProfile mean = StyleProfile.Average([dark, light]);
        Assert.Equal((dark.MeanLightness + light.MeanLightness) / 2, mean.MeanLightness, 1e-9);
        Assert.Equal(mean.MeanLightness, mean.Lightness.Mean(), 0.02);
        Assert.Throws<ArgumentException>(() => StyleProfile.Average([]));
    }

    [Fact]
    public void The_gap_is_a_distance()
    {
        StyleProfile grey = StyleProfile.Of(GoldenImages.Plain(8, 8, 119, 119, 119)), dark = StyleProfile.Of(GoldenImages.Plain(8, 8, 48, 48, 48));
        DomainGap gap = DomainGap.Between(grey, dark);
        Assert.Equal(gap, DomainGap.Between(dark, grey));
        Assert.Equal(0, DomainGap.Between(grey, grey).Total);
        Assert.Equal(gap.MeanLightness, gap.Lightness, 0.03); // Plain images: all pixels move by the difference of the means.
        Assert.Equal(grey.MeanLightness - dark.MeanLightness, gap.MeanLightness, 1e-9);
        Assert.Equal(0, gap.A, 1e-6);
        Assert.Equal(gap.Lightness, gap.Total, 1e-6);
    }
}
