using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace UdaSeg.Api.Observability;

/// <summary>One instrument as Prometheus sees it: a name, a kind, and a series for each set of labels.</summary>
internal sealed class MetricFamily
{
    /// <summary>Past it new series are dropped, so that a label which proves unbounded costs figures and not memory.</summary>
    public const int MostSeries = 500;

    private static readonly double[] UsualBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly ConcurrentDictionary<string, MetricSeries> _series = new();
    private readonly string _name;
    private readonly string _kind;
    private readonly string _help;
    private readonly double[]? _bounds;
    private readonly bool _adds;

    public MetricFamily(Instrument instrument)
    {
        Type type = instrument.GetType().GetGenericTypeDefinition();
        bool counter = type == typeof(Counter<>) || type == typeof(ObservableCounter<>);
        _bounds = type == typeof(Histogram<>) ? BoundsOf(instrument) : null;
        _adds = type == typeof(Counter<>) || type == typeof(UpDownCounter<>);
        IsObserved = instrument.IsObservable;
        _kind = counter ? "counter" : _bounds is null ? "gauge" : "histogram";
        _name = instrument.Name.Replace('.', '_') + UnitOf(instrument.Unit) + (counter ? "_total" : "");
        _help = (instrument.Description ?? instrument.Name).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
    }

    public bool IsObserved { get; }

    /// <summary>Before what is observed is looked up anew: a series that is not observed again is gone.</summary>
    public void Forget() => _series.Clear();

    public void Take(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string labels = LabelsOf(tags);
        if (!_series.TryGetValue(labels, out MetricSeries? series))
        {
            if (_series.Count >= MostSeries) return;
            series = _series.GetOrAdd(labels, _ => new MetricSeries(_bounds));
        }

        if (_bounds is not null) series.Record(value);
        else if (_adds) series.Add(value);
        else series.Set(value);
    }

    public void Write(StringBuilder text)
    {
        if (_series.IsEmpty) return;
        text.Append("# HELP ").Append(_name).Append(' ').Append(_help).Append('\n');
        text.Append("# TYPE ").Append(_name).Append(' ').Append(_kind).Append('\n');
        foreach ((string labels, MetricSeries series) in _series.OrderBy(s => s.Key, StringComparer.Ordinal)) series.Write(text, _name, labels);
    }

    private static double[] BoundsOf(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } told } => [.. told],
        Histogram<long> { Advice.HistogramBucketBoundaries: { } told } => [.. told.Select(b => (double)b)],
        _ => UsualBounds,
    };

    private static string UnitOf(string? unit) => unit switch
    {
        "s" => "_seconds",
        "By" => "_bytes",
        "{image}/s" => "_images_per_second",
        _ => "", // annotations in braces and plain numbers have no place in a name
    };

    private static string LabelsOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.Length == 0) return "";
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, object? value) in tags) all[name.Replace('.', '_')] = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        return string.Join(',', all.Select(l => $"{l.Key}=\"{Escape(l.Value)}\""));
    }

    private static string Escape(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
