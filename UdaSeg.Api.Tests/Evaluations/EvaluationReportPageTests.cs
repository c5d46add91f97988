using System.Text.RegularExpressions;
using System.Xml.Linq;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.Evaluations;

/// <summary>The report is parsed as XML: any text of a user's that were not escaped would break it.</summary>
public sealed partial class EvaluationReportPageTests : IAsyncLifetime
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private readonly ApiFactory _api = new();
    private HttpClient _client = null!;
    private MeasuredSet _set = null!;

    private string Path => $"/api/v1/evaluations/{_set.Evaluation.Id}";

    public async ValueTask InitializeAsync()
    {
        _client = _api.CreateClient();
        _set = await MeasuredSet.MakeAsync(_api);
    }

    public async ValueTask DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task A_report_needs_nothing_else_and_runs_nothing()
    {
        using HttpResponseMessage answer = await _client.GetAsync($"{Path}/report");
        Assert.Equal("text/html; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.StartsWith("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        string html = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotMatch(Reference(), html.Replace("xmlns=\"http://www.w3.org/2000/svg\"", "", StringComparison.Ordinal));
        XElement page = XDocument.Parse(html).Root!;
        Assert.DoesNotContain(page.DescendantsAndSelf(), e => e.Name.LocalName is "script" or "link" or "iframe" or "object" or "i" or "b");
        IEnumerable<string> attributes = page.DescendantsAndSelf().Attributes().Select(a => a.Name.LocalName);
        Assert.DoesNotContain(attributes, a => a.StartsWith("on", StringComparison.OrdinalIgnoreCase) || a is "href");
        Assert.All(page.Descendants("img"), img => Assert.StartsWith("data:image/", (string)img.Attribute("src")!, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_report_tells_what_was_measured_and_every_figure()
    {
        XElement page = await ReportAsync();
        Assert.Equal("Evaluation of model <img src=x> on set <svg onload=x>", page.Descendants("title").First().Value);
        Assert.Equal(page.Descendants("title").First().Value, Assert.Single(page.Descendants("h1")).Value);
        EvaluationReport report = _set.Evaluation.Report!;
        Assert.Equal(Percent(report.Subsets["sub<set>"]), page.Descendants("span").First(s => (string?)s.Attribute("class") == "big").Value);
        Dictionary<string, string[]> rows = page.Descendants("tbody").Take(2).Elements("tr")
            .ToDictionary(r => r.Element("th")!.Value, r => r.Elements("td").Select(d => d.Value).ToArray());
        Assert.Equal([Percent(report.Miou)], rows["all"]);
        Assert.Equal([Percent(report.Subsets["sub<set>"])], rows["sub<set>"]);
        foreach (ClassScore c in report.PerClass)
        {
            Assert.Equal([Percent(c.Iou), Percent(c.Accuracy), FormattableString.Invariant($"{c.Pixels:N0}")], rows[c.Name.Replace('\a', '\ufffd')]);
        }

        string[] facts = [.. page.Descendants("dd").Select(d => d.Value)];
        string[] expected = [_set.Checkpoint.Id.ToString(), "0.5, 1, also mirrored", "left out", "2030-01-01 00:00 UTC", "nasty <b>, 3 classes"];
        Assert.All(expected, fact => Assert.Contains(fact, facts));
        Assert.Contains("75.0 %", page.Descendants("p").Single(p => p.Value.StartsWith("Mean confidence", StringComparison.Ordinal)).Value, StringComparison.Ordinal);
        Assert.Contains("lacking", page.Descendants("p").Single(p => p.Value.StartsWith("Without a pixel", StringComparison.Ordinal)).Value, StringComparison.Ordinal);
        Assert.Empty(Notes(page));
    }

    [Fact]
    public async Task Readers_who_do_not_see_it_are_told_what_there_is()
    {
        XElement page = await ReportAsync();
        Assert.Equal("en", (string)page.Attribute("lang")!);
        Assert.Equal(3, page.Descendants("table").Count());
        Assert.All(page.Descendants("table"), t => Assert.NotEmpty(t.Element("caption")!.Value));
        Assert.All(page.Descendants("th"), h => Assert.True((string?)h.Attribute("scope") is "col" or "row"));
        Assert.All(page.Descendants("img"), img => Assert.NotEmpty((string)img.Attribute("alt")!));
        Assert.All(page.Descendants(Svg + "svg"), s => Assert.Equal("img", (string?)s.Attribute("role")));
        Assert.All(page.Descendants(Svg + "svg"), s => Assert.NotNull(s.Attribute("aria-label") ?? s.Attribute("aria-labelledby")));
        Assert.Equal(1, page.Descendants("meta").Count(m => (string?)m.Attribute("name") == "viewport"));
    }

    [Fact]
    public async Task The_worst_images_are_shown_small_beside_their_labels()
    {
        XElement page = await ReportAsync();
        XElement[] sections = [.. page.Descendants("section")];
        Assert.Equal(_set.Evaluation.Report!.Worst.Select(w => $"{w.Sample}: mIoU {Percent(w.Miou)}"), sections.Select(s => s.Element("h3")!.Value));
        foreach (XElement section in sections)
        {
            string name = section.Element("h3")!.Value.Split(": mIoU")[0];
            byte[][] files = [.. section.Descendants("img").Select(i => Convert.FromBase64String(((string)i.Attribute("src")!).Split("base64,")[1]))];
            (int width, int height) = name == MeasuredSet.Wide ? (480, 16) : (24, 16);
            Assert.All(files, f => Assert.Equal((width, height), (new SkiaImageCodec().Identify(f).Width, new SkiaImageCodec().Identify(f).Height)));
            Assert.Equal(4, files.Length);
            if (name == MeasuredSet.Wide) continue;
            (_, LabelMap truth, LabelMap prediction) = _set.Images[name];
            Assert.Equal([truth.Labels, prediction.Labels], files[1..3].Select(f => PngLabelCodec.Read(f).ToMap().Labels));
            int wrong = truth.Labels.Zip(prediction.Labels).Count(p => p.First is 0 or 2 && p.First != p.Second);
            Assert.StartsWith(Percent(wrong / (double)truth.Labels.Count(l => l is 0 or 2)), section.Descendants("figcaption").Last().Value, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_confusion_matrix_is_a_file_of_its_own_and_the_same_in_the_report()
    {
        using HttpResponseMessage answer = await _client.GetAsync($"{Path}/confusion.svg");
        Assert.Equal("image/svg+xml", answer.Content.Headers.ContentType?.MediaType);
        XElement file = XDocument.Parse(await answer.Content.ReadAsStringAsync()).Root!;
        Assert.Equal(9, file.Elements(Svg + "rect").Count(r => r.Element(Svg + "title") is not null));
        XElement shown = (await ReportAsync()).Descendants(Svg + "svg").Single(s => s.Element(Svg + "title") is not null);
        Assert.True(XNode.DeepEquals(file, shown));
        EvaluationReport report = _set.Evaluation.Report!;
        (long some, long all) = (report.Confusion[0][2], report.PerClass[0].Pixels);
        string expected = FormattableString.Invariant($"{Percent((double)some / all)} ({some:N0} of {all:N0} pixels)");
        Assert.Contains($"road & <i> → \"sky\"\ufffd: {expected}", file.Elements(Svg + "rect").Elements(Svg + "title").Select(t => t.Value));
    }

    [Fact]
    public async Task What_is_gone_is_named_and_the_rest_is_shown()
    {
        File.Delete(System.IO.Path.Combine(_api.DatasetRoot, "set", "images", MeasuredSet.Wide + ".png"));
        XElement torn = await ReportAsync();
        Assert.Equal(5, torn.Descendants("img").Count()); // of the torn sample only the prediction
        Assert.Contains($"'{MeasuredSet.Wide}'", Assert.Single(Notes(torn)), StringComparison.Ordinal);
        await _api.Service<DatasetStore>().DeleteAsync(_set.Dataset.Id, default);
        XElement without = await ReportAsync();
        Assert.Equal("Evaluation of model <img src=x> on a deleted data set", without.Descendants("h1").Single().Value);
        Assert.Equal(["prediction", "prediction"], without.Descendants("figcaption").Select(f => f.Value));
        Assert.StartsWith("The data set was deleted", Assert.Single(Notes(without)), StringComparison.Ordinal);
        _api.Service<IArtifactStore>().Delete(KeptPredictions.KeyOf(_set.Evaluation.Id));
        XElement bare = await ReportAsync();
        Assert.Empty(bare.Descendants("img"));
        Assert.Equal(2, Notes(bare).Length);
        await _api.Service<CheckpointStore>().DeleteAsync(_set.Checkpoint.Id, default);
        Assert.Equal("Evaluation of a deleted checkpoint on a deleted data set", (await ReportAsync()).Descendants("h1").Single().Value);
    }

    [Fact]
    public async Task A_model_that_labels_chose_is_called_so()
    {
        EvaluationRecord chosen = _set.Evaluation with { Id = Guid.CreateVersion7(), Report = _set.Evaluation.Report! with { Selection = ModelSelection.Oracle } };
        _api.Service<EvaluationStore>().Add(chosen);
        XElement page = XDocument.Parse(await _client.GetStringAsync($"/api/v1/evaluations/{chosen.Id}/report")).Root!;
        Assert.Contains(Notes(page), n => n.Contains("oracle", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Before_its_end_there_is_nothing_to_show()
    {
        EvaluationRecord open = _set.Evaluation with { Id = Guid.CreateVersion7(), Status = EvaluationStatus.Running, Report = null };
        _api.Service<EvaluationStore>().Add(open);
        foreach (string what in new[] { "report", "confusion.svg" })
        {
            await _client.GetAsync($"/api/v1/evaluations/{open.Id}/{what}").RefusedAsync(409, "evaluation-not-succeeded");
            await _client.GetAsync($"/api/v1/evaluations/{Guid.CreateVersion7()}/{what}").RefusedAsync(404, "evaluation-not-found");
        }
    }

    private async Task<XElement> ReportAsync() => XDocument.Parse(await _client.GetStringAsync($"{Path}/report")).Root!;

    private static string[] Notes(XElement page) => [.. page.Descendants("p").Where(p => (string?)p.Attribute("class") == "note").Select(p => p.Value)];

    private static string Percent(double? share) => share is null ? "–" : FormattableString.Invariant($"{100 * share:F1} %");

    [GeneratedRegex(@"https?://|src=""(?!data:)|@import|url\(", RegexOptions.IgnoreCase)]
    private static partial Regex Reference();
}
