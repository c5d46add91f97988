using System.Diagnostics.Metrics;
using System.Text;
using UdaSeg.Api.Observability;
using Xunit;

namespace UdaSeg.Api.Tests.Observability;

public sealed class MetricFamilyTests
{
    [Fact]
    public void Labels_with_quotes_backslashes_and_line_breaks_are_escaped()
    {
        using Meter meter = new("m");
        MetricFamily family = new(meter.CreateCounter<long>("some.thing", "{thing}", "Two\nlines\\"));
        family.Take(2, [new("a.b", "say \"x\"\\\n")]);

        string text = Written(family);
        Assert.Equal(
            "# HELP some_thing_total Two\\nlines\\\\\n# TYPE some_thing_total counter\nsome_thing_total{a_b=\"say \\\"x\\\"\\\\\\n\"} 2\n", text);
        Exposition.Parse(text);
    }

    [Fact]
    public void A_histogram_counts_a_value_on_its_bound_and_every_bucket_above()
    {
        using Meter meter = new("m");
        MetricFamily family = new(meter.CreateHistogram("h", "s", "H", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 2] }));
        foreach (double value in (double[])[0.5, 1, 1.5, 7]) family.Take(value, []);

        Assert.Equal(
            "# HELP h_seconds H\n# TYPE h_seconds histogram\nh_seconds_bucket{le=\"1\"} 2\nh_seconds_bucket{le=\"2\"} 3\nh_seconds_bucket{le=\"+Inf\"} 4\n"
            + "h_seconds_sum 10\nh_seconds_count 4\n",
            Written(family));
    }

    [Fact]
    public void A_label_without_bounds_costs_figures_and_no_memory()
    {
        using Meter meter = new("m");
        MetricFamily family = new(meter.CreateCounter<long>("c", null, "C"));
        for (int i = 0; i < 3 * MetricFamily.MostSeries; i++) family.Take(1, [new("id", i)]);
        family.Take(1, [new("id", 0)]);

        Exposition read = Exposition.Parse(Written(family));
        Assert.Equal(MetricFamily.MostSeries, read.Series.Count());
        Assert.Equal(2, read.Sum("c_total", "id=\"0\""));
    }

    private static string Written(MetricFamily family)
    {
        StringBuilder text = new();
        family.Write(text);
        return text.ToString();
    }
}
