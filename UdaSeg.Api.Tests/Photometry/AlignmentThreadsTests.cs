using UdaSeg.Domain.Images;
using UdaSeg.Domain.Photometry;
using Xunit;

namespace UdaSeg.Api.Tests.Photometry;

/// <summary>Several threads, and what is left to the garbage collector.</summary>
public sealed class AlignmentThreadsTests
{
    /// <summary>Objects from here on go to the large-object heap, which is collected late and not compacted.</summary>
    private const long LargeObject = 85_000;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(37, 3)]
    [InlineData(511, 401)]
    public void The_number_of_threads_changes_nothing(int width, int height)
    {
        RgbImage source = GoldenImages.Waves(width, height, 0, 0.7), reference = GoldenImages.Waves(300, 200, 2, 1.3);
        var settings = new AlignmentSettings();
        byte[] profile = StyleProfile.Of(source).ToBytes();
        AlignmentResult one = PhotometricAligner.Align(source, StyleProfile.Of(reference), settings);
        foreach (int threads in (int[])[2, 3, 7])
        {
            Assert.Equal(profile, StyleProfile.Of(source, threads).ToBytes());
            AlignmentResult several = PhotometricAligner.Align(source, StyleProfile.Of(reference, threads), settings, threads);
            Assert.Equal(one.Image.Pixels, several.Image.Pixels);
            Assert.Equal(one with { Image = several.Image }, several);
        }
    }

    [Fact]
    public void An_image_is_aligned_without_large_garbage()
    {
        RgbImage source = GoldenImages.Waves(640, 480, 0, 0.7), reference = GoldenImages.Waves(640, 480, 2, 1.3), result = new(640, 480);
        Align();
        const int Images = 20;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Images; i++) Align();

        // Two profiles and the map, all together, in pieces of at most 17 KB; the pixels alone are 921,600 bytes.
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Images, 1, 150_000);

        void Align() => PhotometricMap.Solve(StyleProfile.Of(source), StyleProfile.Of(reference), new AlignmentSettings()).Apply(source, result);
    }

    [Fact]
    public void A_sample_with_kept_profiles_allocates_less_than_one_large_object()
    {
        RgbImage source = GoldenImages.Waves(320, 200, 0, 0.7), result = new(320, 200);
        StyleProfile mine = StyleProfile.Of(source), theirs = StyleProfile.Of(GoldenImages.Waves(320, 200, 2, 1.3));
        PhotometricMap.Solve(mine, theirs, new AlignmentSettings()).Apply(source, result);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++) PhotometricMap.Solve(mine, theirs, new AlignmentSettings()).Apply(source, result);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 20, 1, LargeObject / 2);
    }

    [Fact]
    public void Images_of_two_sizes_are_refused()
    {
        RgbImage image = GoldenImages.Waves(4, 3);
        Assert.Throws<ArgumentException>(() => PhotometricMap.Identity.Apply(image, new RgbImage(3, 4)));
    }
}
