using System.Globalization;

namespace UdaSeg.Bench.Measuring;

/// <summary>The words after a bench's name: <c>--name value</c>, each with the bench's own default.</summary>
internal sealed class BenchOptions
{
    private readonly Dictionary<string, string> _values;

    private BenchOptions(Dictionary<string, string> values) => _values = values;

    /// <exception cref="ArgumentException">When a word is no option, or lacks its value.</exception>
    public static BenchOptions Parse(ReadOnlySpan<string> words)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i < words.Length; i += 2)
        {
            if (!words[i].StartsWith("--", StringComparison.Ordinal) || i + 1 == words.Length) throw new ArgumentException($"'{words[i]}' is no '--option value'.");
            values[words[i][2..]] = words[i + 1];
        }

        return new BenchOptions(values);
    }

    public string Text(string name, string or) => _values.GetValueOrDefault(name, or);

    public int Number(string name, int or) => _values.TryGetValue(name, out string? text) ? int.Parse(text, CultureInfo.InvariantCulture) : or;

    /// <returns>Width and height of a value such as <c>1024x512</c>.</returns>
    public (int Width, int Height) Size(string name, string or)
    {
        string[] sides = Text(name, or).Split('x');
        return (int.Parse(sides[0], CultureInfo.InvariantCulture), int.Parse(sides[1], CultureInfo.InvariantCulture));
    }
}
