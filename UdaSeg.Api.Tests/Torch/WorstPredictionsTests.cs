using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Labels;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Torch.Stages;
using Xunit;

namespace UdaSeg.Api.Tests.Torch;

public sealed class WorstPredictionsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(200)]
    public void What_is_kept_is_what_the_report_calls_worst_whatever_the_order(int images)
    {
        LabelSpace space = BuiltInLabelSpaces.Synthia16;
        var random = new Random(images);
        var worst = new WorstPredictions(space);
        var all = new List<(string Sample, double? Miou)>();
        var maps = new Dictionary<string, LabelMap>();
        for (int i = 0; i < images; i++)
        {
            // ties are frequent, and some images have no labelled pixel
            (string name, double? miou) = ($"{random.Next(int.MaxValue)}/{i}", random.Next(9) == 0 ? null : random.Next(12) / 12.0);
            all.Add((name, miou));
            maps[name] = new LabelMap(3, 2, [(byte)(i % 16), 255, (byte)(i / 16), 0, 1, 2]);
            worst.Offer(name, miou, maps[name]);
        }

        using var file = new MemoryStream();
        worst.WriteTo(file);
        using var archive = new PngArchive(new MemoryStream(file.ToArray()));
        string[] named = [.. EvaluationReport.From(space, new ConfusionMatrix(space.Count), all).Worst.Select(w => w.Sample)];
        Assert.Equal(Math.Min(10, all.Count(s => s.Miou is not null)), named.Length);
        Assert.Equal(named.Length, archive.Count);
        foreach ((string name, LabelMap map) in maps)
        {
            byte[]? png = archive.Find(name);
            Assert.Equal(named.Contains(name), png is not null);
            if (png is not null) Assert.Equal(PngLabelCodec.WriteIndexed(map, space), png);
        }
    }
}
