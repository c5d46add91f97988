using System.Text.Json;
using SkiaSharp;
using UdaSeg.Demo;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Labels;
using Xunit;

namespace UdaSeg.Api.Tests.Demo;

public sealed class DemoOutputTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("udaseg-demo-");

    [Fact]
    public void The_summary_holds_exactly_what_the_contract_names_and_leaves_no_other_file()
    {
        var summary = new DemoSummary(0.3, 0.4, 0.5, [0.4, 0.45, 0.5], 12.5, "id", "/r.html");
        string path = summary.WriteTo(_folder.FullName);
        summary.WriteTo(_folder.FullName); // a second demo replaces the first one's
        Assert.Equal(Path.Combine(_folder.FullName, "demo-summary.json"), path);
        Assert.Equal([path], Directory.GetFiles(_folder.FullName));
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(path));
        Assert.Equal(["sourceOnly", "coarse", "final", "perStage", "seconds", "checkpoint", "report"], json.RootElement.EnumerateObject().Select(p => p.Name));
        Assert.Equal(0.5, json.RootElement.GetProperty("final").GetDouble());
        Assert.Equal([0.4, 0.45, 0.5], json.RootElement.GetProperty("perStage").EnumerateArray().Select(v => v.GetDouble()));
    }

    [Theory]
    [InlineData(0.3, 0.31, true)]
    [InlineData(0.3, 0.3, false)]
    [InlineData(0.3, 0.2, false)]
    public void Adaptation_gained_only_if_the_last_model_is_better(double sourceOnly, double final, bool gained) =>
        Assert.Equal(gained, new DemoSummary(sourceOnly, 0, final, [], 0, "", "").Gained);

    [Fact]
    public void A_label_image_is_a_grey_png_whose_values_are_the_indices()
    {
        byte[] labels = [0, 1, 8, 255, 7, 3];
        byte[] png = Pixels.EncodePng(new LabelMap(3, 2, labels));
        Assert.Equal((8, 0), (png[24], png[25])); // IHDR: bit depth, colour type grey
        using SKBitmap read = Pixels.Decode(png);
        Assert.Equal(labels, read.Pixels.Select(p => p.Red));
    }

    [Fact]
    public void An_image_keeps_every_byte()
    {
        byte[] pixels = [.. Enumerable.Range(0, 4 * 3 * 3).Select(i => (byte)(i * 7))];
        using SKBitmap read = Pixels.Decode(Pixels.EncodePng(new RgbImage(4, 3, pixels)));
        Assert.Equal(pixels, read.Pixels.SelectMany(p => (byte[])[p.Red, p.Green, p.Blue]));
    }

    [Fact]
    public void The_picture_holds_every_panel_and_the_legends_colours()
    {
        using var red = new SKBitmap(60, 30);
        using var blue = new SKBitmap(60, 30);
        red.Erase(SKColors.Red);
        blue.Erase(SKColors.Blue);
        byte[] png = Picture.Compose([[new Panel("one", red), new Panel("two", blue)]], [new LabelClass(0, "road", [1, 200, 3])]);
        using SKBitmap picture = Pixels.Decode(png);
        const int panel = 120 * 60; // enlarged twice, so that titles fit
        Assert.Equal(panel, picture.Pixels.Count(p => p == SKColors.Red));
        Assert.Equal(panel, picture.Pixels.Count(p => p == SKColors.Blue));
        Assert.Contains(new SKColor(1, 200, 3), picture.Pixels);
    }

    [Fact]
    public void Letters_are_drawn_without_any_font()
    {
        using var bitmap = new SKBitmap(PixelFont.Measure("IL", 1), PixelFont.Height);
        using (var canvas = new SKCanvas(bitmap)) PixelFont.Draw(canvas, "il", 0, 0, 1, SKColors.White);
        string[] rows = [.. Enumerable.Range(0, bitmap.Height).Select(y => string.Concat(Enumerable.Range(0, bitmap.Width).Select(x => bitmap.GetPixel(x, y).Alpha > 0 ? '#' : '.')))];
        Assert.Equal(
            [".###..#....", "..#...#....", "..#...#....", "..#...#....", "..#...#....", "..#...#....", ".###..#####"],
            rows);
    }

    [Fact]
    public void The_table_names_a_class_that_does_not_occur_without_a_figure()
    {
        ClassScore[] before = [new(0, "road", 0.5, 0.6, 10), new(1, "train", null, null, 0)];
        ClassScore[] after = [new(0, "road", 0.75, 0.8, 10), new(1, "train", null, null, 0)];
        string[] lines = Scoreboard.PerClass([("source only", before), ("adapted", after)]).TrimEnd().Split(Environment.NewLine);
        Assert.Equal(3, lines.Length);
        Assert.EndsWith("0.750", lines[1], StringComparison.Ordinal);
        Assert.Contains("0.500", lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain("0.0", lines[2], StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
