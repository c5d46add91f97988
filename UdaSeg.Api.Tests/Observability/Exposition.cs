using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace UdaSeg.Api.Tests.Observability;

/// <summary>Prometheus' text format, read strictly: what the format does not allow fails the test that reads it.</summary>
internal sealed partial class Exposition
{
    private readonly Dictionary<(string Name, string Labels), double> _samples = [];

    private Exposition()
    {
    }

    public Dictionary<string, string> Kinds { get; } = [];

    public IEnumerable<(string Name, string Labels)> Series => _samples.Keys;

    public static Exposition Parse(string text)
    {
        Exposition read = new();
        Assert.EndsWith("\n", text);
        string family = "", helped = "";
        foreach (string line in text.Split('\n')[..^1])
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                helped = line.Split(' ')[2];
            }
            else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                string[] words = line.Split(' ');
                Assert.Equal(helped, family = words[2]);
                Assert.Contains(words[3], (string[])["counter", "gauge", "histogram"]);
                Assert.True(read.Kinds.TryAdd(family, words[3]), $"{family} comes twice");
            }
            else
            {
                read.Take(line, family);
            }
        }

        read.CheckHistograms();
        return read;
    }

    /// <returns>The sum over all series that have every one of the labels; 0 when there are none.</returns>
    public double Sum(string name, params string[] labels) =>
        _samples.Where(s => s.Key.Name == name && labels.All(s.Key.Labels.Contains)).Sum(s => s.Value);

    private void Take(string line, string family)
    {
        Match match = Sample().Match(line);
        Assert.True(match.Success, line);
        string name = match.Groups["name"].Value;
        string[] allowed = Kinds[family] == "histogram" ? [family + "_bucket", family + "_sum", family + "_count"] : [family];
        Assert.Contains(name, allowed);
        if (Kinds[family] == "counter") Assert.EndsWith("_total", name);
        string number = match.Groups["value"].Value;
        double value = number == "+Inf" ? double.PositiveInfinity : double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture);
        Assert.True(_samples.TryAdd((name, match.Groups["labels"].Value), value), $"{line} comes twice");
    }

    private void CheckHistograms()
    {
        foreach (string family in Kinds.Where(k => k.Value == "histogram").Select(k => k.Key))
        {
            var series = _samples.Where(s => s.Key.Name == family + "_bucket").GroupBy(s => Bound().Replace(s.Key.Labels, ""));
            foreach (var buckets in series)
            {
                (double Bound, double Count)[] all = [.. buckets.Select(b => (BoundOf(b.Key.Labels), b.Value))];
                Assert.Equal(all.OrderBy(b => b.Bound), all);
                Assert.Equal(all.OrderBy(b => b.Count).Select(b => b.Count), all.Select(b => b.Count));
                Assert.Equal(double.PositiveInfinity, all[^1].Bound);
                Assert.Equal(_samples[(family + "_count", buckets.Key)], all[^1].Count);
                Assert.Contains((family + "_sum", buckets.Key), _samples.Keys);
            }
        }
    }

    private static double BoundOf(string labels)
    {
        string bound = Bound().Match(labels).Groups["bound"].Value;
        return bound == "+Inf" ? double.PositiveInfinity : double.Parse(bound, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>[a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\[\\"n])*"(,[a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\[\\"n])*")*)\})? (?<value>\S+)$""")]
    private static partial Regex Sample();

    [GeneratedRegex(""",?le="(?<bound>[^"]+)"$""")]
    private static partial Regex Bound();
}
