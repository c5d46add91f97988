using UdaSeg.Domain.Images;
using UdaSeg.Domain.Labels;
using UdaSeg.Infrastructure.Imaging;
using Xunit;

namespace UdaSeg.Api.Tests.Imaging;

public sealed class LabelColorizerTests
{
    private static readonly LabelMap s_map = new(3, 1, [0, 13, 255]);

    [Fact]
    public void A_colour_image_has_the_classes_colours_and_black_where_ignored() =>
        Assert.Equal([128, 64, 128, 0, 0, 142, 0, 0, 0], LabelColorizer.Colorize(s_map, BuiltInLabelSpaces.Cityscapes19).Pixels);

    [Fact]
    public void An_overlay_blends_and_leaves_the_image_alone_where_ignored_and_does_not_change_its_input()
    {
        var image = new RgbImage(3, 1, [100, 200, 0, 255, 255, 255, 10, 20, 30]);
        byte[] before = [.. image.Pixels];
        Assert.Equal([114, 132, 64, 128, 128, 199, 10, 20, 30], LabelColorizer.Overlay(image, s_map, BuiltInLabelSpaces.Cityscapes19).Pixels);
        Assert.Equal([128, 64, 128, 0, 0, 142, 10, 20, 30], LabelColorizer.Overlay(image, s_map, BuiltInLabelSpaces.Cityscapes19, alpha: 1).Pixels);
        Assert.Equal(before, LabelColorizer.Overlay(image, s_map, BuiltInLabelSpaces.Cityscapes19, alpha: 0).Pixels);
        Assert.Equal(before, image.Pixels);
    }

    [Fact]
    public void Sizes_that_differ_are_refused() =>
        Assert.Throws<ArgumentException>(() => LabelColorizer.Overlay(new RgbImage(1, 3), s_map, BuiltInLabelSpaces.Cityscapes19));
}
