using System.Globalization;
using System.Text;

namespace UdaSeg.Api.Observability;

/// <summary>A number, or a histogram when there are <paramref name="bounds"/>.</summary>
internal sealed class MetricSeries(double[]? bounds)
{
    private readonly Lock _lock = new();
    private readonly long[] _counts = new long[(bounds?.Length ?? 0) + 1];
    private double _sum;

    public void Set(double value)
    {
        lock (_lock) _sum = value;
    }

    public void Add(double value)
    {
        lock (_lock) _sum += value;
    }

    public void Record(double value)
    {
        int bucket = 0;
        while (bucket < bounds!.Length && value > bounds[bucket]) bucket++;
        lock (_lock)
        {
            _counts[bucket]++;
            _sum += value;
        }
    }

    public void Write(StringBuilder text, string name, string labels)
    {
        lock (_lock)
        {
            if (bounds is not null) WriteHistogram(text, name, labels);
            else Line(text, name, labels, _sum);
        }
    }

    private void WriteHistogram(StringBuilder text, string name, string labels)
    {
        string before = labels.Length == 0 ? "" : labels + ",";
        long below = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            below += _counts[i];
            Line(text, name + "_bucket", $"{before}le=\"{(i < bounds!.Length ? Text(bounds[i]) : "+Inf")}\"", below);
        }

        Line(text, name + "_sum", labels, _sum);
        Line(text, name + "_count", labels, below);
    }

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0) text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(Text(value)).Append('\n');
    }

    private static string Text(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };
}
