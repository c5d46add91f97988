using System.Text.Json;
using System.Xml.Linq;
using UdaSeg.Api.Studies;
using UdaSeg.Domain.Studies;
using UdaSeg.Domain.Training;
using Xunit;

namespace UdaSeg.Api.Tests.Studies;

public sealed class StudyTablesTests
{
    private const string Evil = "<script>alert(\"1\")</script>";

    [Fact]
    public void A_spreadsheet_s_table_has_every_figure_and_no_formula()
    {
        StudyAnswer study = Of(
            Arm("plain", new Spread(0.5, null, 1), new Spread(0.25, 0.0125, 2)),
            Arm("=1+1", null, null),
            Arm("say \"hi\", then\nstop", new Spread(1 / 3.0, 0.1, 3), null));
        Assert.Equal(
            "arm,mIoU,mIoU sd,mIoU n,mIoU of 13,mIoU of 13 sd,mIoU of 13 n,'@road,'@road sd,'@road n\r\n"
            + "plain,0.5,,1,0.6,0.05,2,0.25,0.0125,2\r\n"
            + "'=1+1,,,0,0.6,0.05,2,,,0\r\n"
            + "\"say \"\"hi\"\", then\nstop\",0.333333,0.1,3,0.6,0.05,2,,,0\r\n",
            StudyTables.Csv(study));
    }

    [Theory]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@x", "'@x")]
    [InlineData("=A1,B1", "\"'=A1,B1\"")]
    [InlineData("a=1", "a=1")]
    public void A_cell_that_looks_like_a_formula_is_text(string name, string cell) =>
        Assert.StartsWith(cell + ",", StudyTables.Csv(Of(Arm(name, null, null))).Split("\r\n")[1], StringComparison.Ordinal);

    [Fact]
    public void A_page_encodes_whatever_a_client_sent_and_refers_to_nothing_outside()
    {
        StudyArmAnswer arm = Arm(Evil, new Spread(0.5, 0.1, 2), null) with
        {
            Options = JsonElement.Parse("""{"device":"</pre><img src=x>"}"""),
            Runs = [new StudyRunAnswer(Guid.CreateVersion7(), 1, RunStatus.Failed, null, null, null, new RunFailure("diverged", Evil), null)],
        };
        string page = StudyReport.Of(Of(arm) with { Name = Evil, Template = Evil, Warnings = [Evil] });
        XElement.Parse(page[page.IndexOf("<html", StringComparison.Ordinal)..]); // what a client sent breaks no element
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", page, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(2, page.Split("</pre>").Length - 1); // the base's settings and the arm's
        Assert.Contains("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;", page, StringComparison.Ordinal);
        string[] outward = ["http:", "https:", " src=\"", "href=", "url(", "@import"];
        Assert.All(outward, reference => Assert.DoesNotContain(reference, page, StringComparison.OrdinalIgnoreCase));
        Assert.Contains("prefers-color-scheme:dark", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_says_what_is_missing()
    {
        StudyAnswer study = Of(Arm("a", null, null));
        Assert.Contains("Unfinished: 2 of 3 runs have not ended.", StudyReport.Of(study with { RunsTotal = 3, RunsEnded = 1 }), StringComparison.Ordinal);
        Assert.DoesNotContain("Unfinished", StudyReport.Of(study), StringComparison.Ordinal);
        Assert.Contains("no result yet", StudyReport.Of(study), StringComparison.Ordinal);
        Assert.Contains("As the base.", StudyReport.Of(study), StringComparison.Ordinal);
    }

    /// <summary>The axis begins at x = 250 and is 520 long; 62 % and 8 % to each side end within 70 %.</summary>
    [Fact]
    public void A_bar_is_as_long_as_its_mean_and_its_whisker_as_two_deviations()
    {
        XElement svg = XElement.Parse(StudyChart.Of([("both", new Spread(0.35, 0.07, 3)), ("mean only", new Spread(0.7, null, 1)), ("none & nothing", null)]));
        XElement[] bars = [.. svg.Elements("rect")];
        Assert.Equal(["260", "520"], bars.Select(b => (string)b.Attribute("width")!));
        Assert.Equal("M458 23H562M458 18V28M562 18V28", (string)Assert.Single(svg.Elements("path")).Attribute("d")!);
        Assert.Contains("35.0 ± 7.0", svg.Elements("text").Select(t => t.Value));
        Assert.Contains("none & nothing", svg.Elements("text").Select(t => t.Value));
        Assert.Contains("no result yet", svg.Elements("text").Select(t => t.Value));
    }

    private static StudyArmAnswer Arm(string name, Spread? miou, Spread? road) =>
        new(name, null, [], miou, new Dictionary<string, Spread> { ["13"] = new(0.6, 0.05, 2) }, [new ClassSpread(0, "@road", road)], null);

    private static StudyAnswer Of(params StudyArmAnswer[] arms) => HandMade.Study(arms);
}
