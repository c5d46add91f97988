using System.Xml.Linq;
using UdaSeg.Api.Reports;
using Xunit;

namespace UdaSeg.Api.Tests.Reports;

public sealed class DrawingTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Theory]
    [InlineData(1)]
    [InlineData(19)]
    [InlineData(70)]
    public void A_confusion_matrix_has_a_cell_a_pair_whose_strength_is_the_row_s_share(int classes)
    {
        var random = new Random(classes);
        string[] names = [.. Enumerable.Range(0, classes).Select(i => $"<class & '{i}'>")];
        long[][] counts = [.. names.Select((_, row) => names.Select(_ => row == 3 ? 0L : random.Next(5000)).ToArray())];
        long[] pixels = [.. counts.Select((row, i) => i == 3 ? 0 : row.Sum() + 100)]; // some were called no class of the labels
        XElement svg = XDocument.Parse(ConfusionSvg.Draw("Matrix of <x>", names, counts, pixels)).Root!;
        Assert.Equal("Matrix of <x>", svg.Element(Svg + "title")!.Value);
        Assert.NotEmpty(svg.Element(Svg + "desc")!.Value);
        XElement[] cells = [.. svg.Elements(Svg + "rect").Where(r => ((string)r.Attribute("class")!).StartsWith("cm-c", StringComparison.Ordinal))];
        Assert.Equal(classes * classes, cells.Length);
        for (int row = 0; row < classes; row++)
        {
            for (int column = 0; column < classes; column++)
            {
                XElement cell = cells[(row * classes) + column];
                string told = cell.Element(Svg + "title")!.Value;
                Assert.StartsWith(names[row], told, StringComparison.Ordinal);
                if (row == 3) continue;
                Assert.Equal((double)counts[row][column] / pixels[row], (double)cell.Attribute("fill-opacity")!, 6e-4);
                Assert.Contains($"→ {names[column]}: ", told, StringComparison.Ordinal);
                Assert.True((int)cell.Attribute("x")! == (int)cells[column].Attribute("x")! && (int)cell.Attribute("y")! == (int)cells[row * classes].Attribute("y")!);
            }
        }
    }

    [Fact]
    public void A_cell_says_its_share_and_its_pixels()
    {
        XElement svg = XDocument.Parse(ConfusionSvg.Draw("m", ["road", "car"], [[875, 100], [0, 0]], [1000, 0])).Root!;
        string[] told = [.. svg.Elements(Svg + "rect").Elements(Svg + "title").Select(t => t.Value)];
        Assert.Equal(["road → road: 87.5 % (875 of 1,000 pixels)", "road → car: 10.0 % (100 of 1,000 pixels)"], told[..2]);
        Assert.All(told[2..], t => Assert.Equal("car: no pixel in the ground truth", t));
        IEnumerable<XElement> figures = svg.Elements(Svg + "text").Where(t => ((string)t.Attribute("class")!).StartsWith("cm-n", StringComparison.Ordinal));
        Assert.Equal(["88", "10"], figures.Select(t => t.Value));
    }

    [Fact]
    public void Bars_are_as_long_as_their_shares()
    {
        var svg = XElement.Parse(SvgBars.Draw("by <class>", ["IoU", "accuracy"], [new BarRow("a & b", [0.25, 1]), new BarRow("none", [null, 0.5])]));
        Assert.Equal("by <class>", (string)svg.Attribute("aria-label")!);
        XElement[] rows = [.. svg.Elements(Svg + "g")];
        Assert.Equal(["a & b: 25.0 % · 100.0 %", "none: – · 50.0 %"], rows.Select(r => r.Element(Svg + "title")!.Value));
        Assert.Equal([["sb-0 25%", "sb-1 100%"], ["sb-1 50%"]], rows.Select(r => r.Elements(Svg + "rect")
            .Where(b => (string)b.Attribute("class")! != "sb-b").Select(b => $"{(string)b.Attribute("class")!} {(string)b.Attribute("width")!}").ToArray()));
    }

    [Fact]
    public void A_page_is_well_formed_and_escapes_its_title()
    {
        XElement page = XDocument.Parse(ReportPage.Frame("a <b> & c", "<p>text</p>")).Root!;
        Assert.Equal("en", (string)page.Attribute("lang")!);
        Assert.Equal("a <b> & c", page.Descendants("title").Single().Value);
        Assert.Equal("text", page.Descendants("main").Single().Value.Trim());
        Assert.Contains("prefers-color-scheme:dark", page.Descendants("style").Single().Value, StringComparison.Ordinal);
    }
}
