using UdaSeg.Api.Interop.LabelStudio;
using UdaSeg.Domain.Errors;
using Xunit;

namespace UdaSeg.Api.Tests.Interop;

public sealed class LabellingConfigTests
{
    /// <summary>Label Studio's own template for semantic segmentation by brush, with more around it.</summary>
    public const string Template = """
        <View>
          <Header value="What is where?"/>
          <Image name="image" value="$image" zoom="true"/>
          <Choices name="weather" toName="image"><Choice value="left"/></Choices>
          <BrushLabels name="tag" toName="image">
            <Label value="Left" background="rgba(255, 0, 0, 0.7)"/>
            <View><Label value="right" background="rgba(0, 0, 255, 0.7)"/></View>
            <Label value="Airplane" background="#FFA39E"/>
          </BrushLabels>
          <RectangleLabels name="box" toName="image"><Label value="middle"/></RectangleLabels>
        </View>
        """;

    private const string Smallest = """<View><Image name="i" value="$i"/><BrushLabels name="b" toName="i"><Label value="x"/></BrushLabels></View>""";

    [Fact]
    public void The_smallest_configuration_is_read() => Assert.Equal(["x"], LabellingConfig.Read(Smallest).Labels);

    [Fact]
    public void Names_key_and_labels_are_those_of_the_brush_alone()
    {
        LabellingConfig config = LabellingConfig.Read(Template);
        Assert.Equal(("tag", "image", "image"), (config.FromName, config.ToName, config.ImageKey));
        Assert.Equal(["Left", "right", "Airplane"], config.Labels);
    }

    [Fact]
    public void A_brush_of_an_image_that_is_declared_later_is_found_and_one_of_none_is_passed_over()
    {
        LabellingConfig config = LabellingConfig.Read("""
            <View><BrushLabels name="a" toName="video"><Label value="x"/></BrushLabels><brushlabels name="b" toName="pic"><label value="y &amp; z"/></brushlabels>
            <image name="pic" value="$photo"/></View>
            """);
        Assert.Equal(("b", "pic", "photo"), (config.FromName, config.ToName, config.ImageKey));
        Assert.Equal(["y & z"], config.Labels);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(" ")]
    [InlineData("<View>")]
    [InlineData("<View/>")]
    [InlineData("not xml")]
    [InlineData("""<View><Image name="i" value="fixed.png"/><BrushLabels name="b" toName="i"><Label value="x"/></BrushLabels></View>""")]
    [InlineData("""<View><Image name="i" value="$i"/><BrushLabels name="b" toName="i"/><Label value="x"/></View>""")]
    [InlineData("""<!DOCTYPE v [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>""" + Smallest)]
    [InlineData("""<!DOCTYPE v SYSTEM "http://127.0.0.1:9/evil.dtd">""" + Smallest)]
    public void What_gives_no_place_for_predictions_is_refused(string? xml) => Refused(xml);

    [Fact]
    public void A_configuration_of_more_than_a_mebibyte_is_refused() => Refused($"<View>{Template}<!--{new string('x', 1 << 20)}--></View>");

    private static void Refused(string? xml)
    {
        RuleViolationException refused = Assert.Throws<RuleViolationException>(() => LabellingConfig.Read(xml));
        Assert.Equal((RuleKind.Unusable, "label-config-unusable"), (refused.Kind, refused.Code));
    }
}
