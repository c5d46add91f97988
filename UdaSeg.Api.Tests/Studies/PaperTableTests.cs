using System.Xml.Linq;
using UdaSeg.Api.Studies;
using UdaSeg.Domain.Studies;
using Xunit;

namespace UdaSeg.Api.Tests.Studies;

/// <summary>A study whose figures are written down here, in the paper's form.</summary>
public sealed class PaperTableTests
{
    /// <summary>
    /// Roads of 50.04 and 50.041 % look alike and are not; nobody has seen a train, one arm alone a bus; no bold where there is nothing to be better than.
    /// </summary>
    private static readonly StudyAnswer s_study = HandMade.Study(
        HandMade.Arm("a|b\\|c\n*d* <e>", new Spread(0.4751, 0.0044, 3), new Spread(0.600, 0.05, 3), 61.7, [Mean(0.5004), null, null, Mean(0.7)]),
        HandMade.Arm("one seed", new Spread(0.4749, null, 1), new Spread(0.601, null, 1), 1234.4, [Mean(0.50041), null, Mean(0.123), Mean(0.7)]),
        HandMade.Arm("not yet", null, null, null, [null, null, null, null]));

    [Fact]
    public void A_text_s_table_reads_as_the_paper_s() => Assert.Equal(
        "| arm | road | @bus | sky | mIoU of 13 | mIoU | ± | n | seconds |\n"
        + "|---|---:|---:|---:|---:|---:|---:|---:|---:|\n"
        + "| a\\|b\\\\\\|c \\*d\\* \\<e\\> | 50.0 | – | 70.0 | 60.0 | **47.5** | 0.4 | 3 | 62 |\n"
        + "| one seed | **50.0** | 12.3 | 70.0 | **60.1** | 47.5 | – | 1 | 1234 |\n"
        + "| not yet | – | – | – | – | – | – | 0 | – |\n",
        StudyTables.Markdown(s_study));

    [Fact]
    public void A_page_s_table_has_the_same_figures_and_names_what_it_leaves_out()
    {
        XElement page = HandMade.Page(s_study);
        XElement table = page.Descendants("table").Single(t => (string?)t.Attribute("class") == "tight");
        string[][] rows = [.. table.Descendants("tr").Select(r => r.Elements().Select(c => c.Value).ToArray())];
        Assert.Equal(["arm", "road", "@bus", "sky", "mIoU of 13", "mIoU", "±", "n", "seconds"], rows[0]);
        Assert.Equal(["a|b\\|c\n*d* <e>", "50.0", "–", "70.0", "60.0", "47.5", "0.4", "3", "62"], rows[1]);
        Assert.Equal(["one seed", "50.0", "12.3", "70.0", "60.1", "47.5", "–", "1", "1234"], rows[2]);
        Assert.Equal(["not yet", "–", "–", "–", "–", "–", "–", "0", "–"], rows[3]);
        XElement[] cells = [.. table.Descendants("td")];
        Assert.Equal([4, 8, 11], cells.Index().Where(c => c.Item.Element("b") is not null).Select(c => c.Index));
        Assert.Contains("No evaluation image has <train>.", page.Descendants("p").Select(p => p.Value));
    }

    [Fact]
    public void Of_equals_each_is_the_best_as_in_the_paper()
    {
        StudyAnswer study = HandMade.Study(
            HandMade.Arm("a", Mean(0.5), null, null, []), HandMade.Arm("b", Mean(0.5), null, null, []), HandMade.Arm("c", Mean(0.4), null, null, []));
        Assert.Equal([true, true, false], PaperTable.Of(study).Rows.Select(r => r.Cells[0].IsBest));
    }

    [Theory]
    [InlineData(0.0004, false)]
    [InlineData(0.0006, true)]
    public void What_is_printed_as_nought_is_no_best(double best, bool shown)
    {
        StudyAnswer study = HandMade.Study(HandMade.Arm("a", Mean(best), null, null, []), HandMade.Arm("b", Mean(0), null, null, []));
        Assert.Equal([shown, false], PaperTable.Of(study).Rows.Select(r => r.Cells[0].IsBest));
    }

    [Fact]
    public void Before_the_first_result_no_class_is_called_absent()
    {
        PaperTable table = PaperTable.Of(HandMade.Study(HandMade.Arm("a", null, null, null, [null, null])));
        Assert.Empty(table.LeftOut);
        Assert.Equal(["mIoU", "±", "n", "seconds"], table.Columns.Select(c => c.Name));
    }

    private static Spread Mean(double mean) => new(mean, null, 1);
}

/// <summary>Answers that no server gave.</summary>
internal static class HandMade
{
    private static readonly string[] Classes = ["road", "<train>", "@bus", "sky"];

    public static StudyArmAnswer Arm(string name, Spread? miou, Spread? of13, double? seconds, IReadOnlyList<Spread?> classes) => new(
        name,
        null,
        [],
        miou,
        of13 is null ? [] : new Dictionary<string, Spread> { ["13"] = of13 },
        [.. classes.Select((iou, i) => new ClassSpread(i, Classes[i], iou))],
        seconds is { } s ? new Spread(s, null, 1) : null);

    public static StudyAnswer Study(params StudyArmAnswer[] arms) => new()
    {
        Id = Guid.CreateVersion7(),
        Name = "study",
        Template = null,
        Status = StudyStatus.Running,
        CreatedAt = Support.Samples.Now,
        Base = new StudyBase([Guid.CreateVersion7()], Guid.CreateVersion7(), Guid.CreateVersion7(), "synthia16", "tiny"),
        Seeds = [1, 2],
        RunsTotal = 2,
        RunsEnded = 2,
        Warnings = [],
        Arms = arms,
        Links = new Dictionary<string, string>(),
    };

    /// <summary>As XML, which it is too.</summary>
    public static XElement Page(StudyAnswer study, StudyGallery? gallery = null)
    {
        string page = StudyReport.Of(study, gallery);
        return XElement.Parse(page[page.IndexOf("<html", StringComparison.Ordinal)..]);
    }
}
