using System.Xml.Linq;
using UdaSeg.Api.Reports;
using Xunit;

namespace UdaSeg.Api.Tests.Reports;

public sealed class MarkupTests
{
    [Theory]
    [InlineData("plain · ünïcode 🚲", "plain · ünïcode 🚲")]
    [InlineData("<script>alert('x' + \"y\")</script> & more", "<script>alert('x' + \"y\")</script> & more")]
    [InlineData("bell \a, nul \0, no character \uffff", "bell \ufffd, nul \ufffd, no character \ufffd")]
    [InlineData(null, "")]
    public void Text_comes_back_from_an_element_and_from_an_attribute(string? text, string expected)
    {
        var element = XElement.Parse($"<a b=\"{Markup.Text(text)}\" c='{Markup.Text(text)}'>{Markup.Text(text)}</a>");
        Assert.Equal([expected, expected, expected], [element.Value, element.Attribute("b")!.Value, element.Attribute("c")!.Value]);
    }

    [Fact]
    public void Half_a_character_is_replaced() => Assert.Equal("a\ufffdb", Markup.Text("a" + "🚲"[0] + "b"));

    [Fact]
    public void Figures_are_the_same_in_every_language_of_the_server()
    {
        Assert.Equal(["93.2 %", "–", "0.0 %"], new double?[] { 0.93151, null, 0 }.Select(Markup.Percent));
        Assert.Equal(("1,234,567", "0.333"), (Markup.Count(1234567), Markup.Number(1 / 3.0)));
        Assert.Equal("2030-01-01 00:00 UTC", Markup.Time(Support.Samples.Now.ToOffset(TimeSpan.FromHours(5))));
        Assert.Equal("abc…", Markup.Short("abcdef", 4));
    }
}
