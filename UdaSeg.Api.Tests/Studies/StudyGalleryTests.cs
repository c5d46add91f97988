using System.Xml.Linq;
using UdaSeg.Api.Studies;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Studies;
using UdaSeg.Infrastructure.Imaging;
using Xunit;

namespace UdaSeg.Api.Tests.Studies;

public sealed class StudyGalleryTests : IAsyncLifetime
{
    private ShownStudy _shown = null!;

    public async ValueTask InitializeAsync() => _shown = await ShownStudy.StartAsync();

    public ValueTask DisposeAsync() => _shown.DisposeAsync();

    [Fact]
    public async Task A_report_has_the_predictions_at_hand_and_computes_none()
    {
        _shown.Finish(arm: 0, seed: 0, number: 1);
        Assert.DoesNotContain("data:image/png", Row(await PageAsync(), 0).Skip(2).Select(c => Source(c)[..14]));
        await _shown.Client.GetByteArrayAsync($"{_shown.Path}/2/arms/0");
        XElement page = await PageAsync();
        Assert.Equal(1, _shown.Loader.Asked);
        XElement[] cells = Row(page, 2);
        Assert.Equal(["Photograph d", "Ground truth of d", "Prediction of aligned on d"], cells.Take(3).Select(c => (string)c.Element("img")!.Attribute("alt")!));
        Assert.Equal("–", cells[3].Value); // the arm has no model
        int image = ShownStudy.IndexOf("d");
        Assert.Equal(((7 * image) + 1) % 16, ShownStudy.ClassOf(Convert.FromBase64String(Source(cells[2])["data:image/png;base64,".Length..])));
        Assert.Equal(image, ShownStudy.ClassOf(Convert.FromBase64String(Source(cells[1])["data:image/png;base64,".Length..])));
        Assert.Contains(page.Descendants("p"), p => p.Value.StartsWith("Predictions that are not kept", StringComparison.Ordinal));
        Assert.Contains("10.0 %", page.Descendants("table").Single(t => (string?)t.Attribute("class") == "shots").Element("thead")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_comes_without_the_data_set_too()
    {
        Assert.DoesNotContain("Sample predictions", (await PageAsync()).Value, StringComparison.Ordinal); // no model yet
        _shown.Finish(arm: 0, seed: 0, number: 1);
        await _shown.DeleteImagesAsync();
        XElement page = await PageAsync();
        Assert.Contains(page.Descendants("p"), p => p.Value.StartsWith("The evaluation set was deleted", StringComparison.Ordinal));
        Assert.Empty(page.Descendants("img"));
    }

    [Fact]
    public void Names_in_a_gallery_break_no_element()
    {
        const string evil = "\"><img src=x onerror=alert(1)>";
        var gallery = new StudyGallery([new StudyGalleryRow(evil, "data:image/jpeg;base64,AA==", "data:image/png;base64,AA==", [null])], [evil]);
        XElement page = HandMade.Page(HandMade.Study(HandMade.Arm(evil, new Spread(0.5, null, 1), null, null, [])), gallery);
        Assert.Equal(2, page.Descendants("img").Count());
        Assert.All(page.Descendants("img"), i => Assert.StartsWith("data:", (string)i.Attribute("src")!, StringComparison.Ordinal));
    }

    /// <summary>Noise cannot be compressed: six photographs of it are more than a report has room for at a width that lets them.</summary>
    [Fact]
    public async Task A_report_stops_before_it_outgrows_a_mail()
    {
        _shown.Finish(arm: 0, seed: 0, number: 1);
        var random = new Random(5);
        foreach (string name in ShownStudy.Shown)
        {
            var noise = new RgbImage(200, 2000);
            random.NextBytes(noise.Pixels);
            await File.WriteAllBytesAsync(_shown.FileOf(name), new SkiaImageCodec().Encode(noise, ImageFormat.Png, 90));
        }

        XElement page = await PageAsync();
        int sources = page.Descendants("img").Sum(i => Source(i.Parent!).Length);
        Assert.InRange(sources, StudyGalleries.MaxLength / 2, StudyGalleries.MaxLength);
        Assert.Contains(page.Descendants("p"), p => p.Value.StartsWith("A report has room", StringComparison.Ordinal));
    }

    private async Task<XElement> PageAsync()
    {
        string page = await _shown.Client.GetStringAsync($"{StudyBench.Path}/{_shown.Study.Id()}/report");
        return XElement.Parse(page[page.IndexOf("<html", StringComparison.Ordinal)..]);
    }

    private static XElement[] Row(XElement page, int row) =>
        [.. page.Descendants("table").Single(t => (string?)t.Attribute("class") == "shots").Element("tbody")!.Elements("tr").ElementAt(row).Elements("td")];

    private static string Source(XElement cell) => (string?)cell.Element("img")?.Attribute("src") ?? "none of them..";
}
