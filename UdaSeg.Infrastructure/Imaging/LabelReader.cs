using System.Globalization;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Labels;

namespace UdaSeg.Infrastructure.Imaging;

/// <param name="Map">Class indices, 255 where the file's value is mapped to it or unknown.</param>
/// <param name="Unknown">Values that the mapping does not list, those with the most pixels first, at most <see cref="LabelReader.MaxUnknown"/>.</param>
internal sealed record LabelReading(LabelMap Map, IReadOnlyList<UnknownId> Unknown);

/// <summary>Turns label files into class indices by one mapping, compiled once. Safe for several threads.</summary>
internal sealed class LabelReader
{
    public const int MaxUnknown = 256;

    private const short NotListed = -1;

    private readonly LabelMappingKind _kind;
    private readonly short[] _byValue = [];
    private readonly Dictionary<int, short> _byColor = [];

    /// <param name="mapping">From the file's values to class indices.</param>
    /// <param name="classCount">1..255.</param>
    /// <exception cref="RuleViolationException"><c>invalid-mapping</c> (422) with every fault: unreadable or doubled values, classes outside the space.</exception>
    public LabelReader(LabelMapping mapping, int classCount)
    {
        var faults = new FaultList();
        _kind = mapping.Kind;
        if (mapping.Kind != LabelMappingKind.Rgb) Array.Fill(_byValue = new short[mapping.Kind == LabelMappingKind.Channel16 ? 65536 : 256], NotListed);
        if (mapping.Values is null) UseIdentity(classCount, faults);
        else if (mapping.Values.Count == 0) faults.Add("mapping.values", "At least one value is needed.");
        foreach ((string key, int index) in mapping.Values ?? new Dictionary<string, int>())
        {
            if (index != LabelMap.Ignore && (index < 0 || index >= classCount)) faults.Add("mapping.values", $"'{key}' is mapped to {index}, which is neither a class 0..{classCount - 1} nor 255.");
            else Add(key, index, faults);
        }

        faults.ThrowIfAny("invalid-mapping", "The label mapping is not usable.");
    }

    /// <exception cref="RuleViolationException"><c>label-kind-mismatch</c> (422) when the file's pixels are not what the mapping looks up.</exception>
    public LabelReading Read(LabelFile file)
    {
        RequireKind(file.Kind);
        var map = new LabelMap(file.Width, file.Height);
        if (_kind != LabelMappingKind.Rgb) return new LabelReading(map, ReadValues(file.Values, map.Labels));
        return new LabelReading(map, file.Kind == LabelFileKind.Rgb8 ? ReadColors(file.Colors, map.Labels) : ReadColors(PaletteColors(file), map.Labels));
    }

    private void UseIdentity(int classCount, FaultList faults)
    {
        if (_kind != LabelMappingKind.Index) faults.Add("mapping.values", "Values may be left out for kind 'index' only.");
        if (_kind == LabelMappingKind.Rgb) return;
        for (int i = 0; i < classCount; i++) _byValue[i] = (short)i;
        _byValue[LabelMap.Ignore] = LabelMap.Ignore;
    }

    private void Add(string key, int index, FaultList faults)
    {
        bool added;
        if (_kind == LabelMappingKind.Rgb)
        {
            if (!TryParseColor(key, out int color))
            {
                faults.Add("mapping.values", $"'{key}' is not a colour 'r,g,b' with numbers 0..255.");
                return;
            }

            added = _byColor.TryAdd(color, (short)index);
        }
        else
        {
            if (!TryParse(key, _byValue.Length - 1, out int value))
            {
                faults.Add("mapping.values", $"'{key}' is not a number 0..{_byValue.Length - 1}.");
                return;
            }

            added = _byValue[value] == NotListed;
            _byValue[value] = (short)index;
        }

        if (!added) faults.Add("mapping.values", $"'{key}' is listed twice.");
    }

    private void RequireKind(LabelFileKind kind)
    {
        bool fits = _kind switch
        {
            LabelMappingKind.Index => kind is LabelFileKind.Grey8 or LabelFileKind.Palette,
            LabelMappingKind.Palette => kind is LabelFileKind.Palette,
            LabelMappingKind.Rgb => kind is LabelFileKind.Rgb8 or LabelFileKind.Palette,
            _ => kind is LabelFileKind.Grey16 or LabelFileKind.Rgb16,
        };
        if (fits) return;
        (string wanted, string found) = (Describe(_kind), Describe(kind));
        throw new RuleViolationException(RuleKind.Unusable, "label-kind-mismatch", $"The mapping needs {wanted}, but the label file has {found}.");
    }

    private List<UnknownId> ReadValues(ushort[] values, byte[] labels)
    {
        // A table of kind index has 256 entries, and so many values has a file of at most 8 bits.
        short[] table = _byValue;
        long[]? unknown = null;
        for (int i = 0; i < values.Length; i++)
        {
            short index = table[values[i]];
            labels[i] = (byte)index; // NotListed becomes 255
            if (index == NotListed) (unknown ??= new long[table.Length])[values[i]]++;
        }

        return unknown is null ? [] : MostFrequent(unknown.Select((n, v) => new UnknownId(v.ToString(CultureInfo.InvariantCulture), n)).Where(u => u.Pixels > 0));
    }

    private List<UnknownId> ReadColors(int[] colors, byte[] labels)
    {
        var unknown = new Dictionary<int, long>();
        (int last, short index) = (-1, NotListed);
        for (int i = 0; i < colors.Length; i++)
        {
            // Neighbours mostly have the same colour.
            if (colors[i] != last) (last, index) = (colors[i], _byColor.GetValueOrDefault(colors[i], NotListed));
            labels[i] = (byte)index;
            if (index == NotListed) unknown[last] = unknown.GetValueOrDefault(last) + 1;
        }

        return MostFrequent(unknown.OrderBy(u => u.Key).Select(u => new UnknownId(FormattableString.Invariant($"{u.Key >> 16},{(u.Key >> 8) & 255},{u.Key & 255}"), u.Value)));
    }

    private static int[] PaletteColors(LabelFile file)
    {
        var colors = new int[file.Values.Length];
        for (int i = 0; i < colors.Length; i++)
        {
            int index = file.Values[i];
            if (index >= file.Palette.Length) throw new RuleViolationException(RuleKind.Unusable, "undecodable-label", $"A pixel of the label file has palette index {index}, but the palette ends before.");
            colors[i] = file.Palette[index];
        }

        return colors;
    }

    private static List<UnknownId> MostFrequent(IEnumerable<UnknownId> unknown) => [.. unknown.OrderByDescending(u => u.Pixels).Take(MaxUnknown)];

    private static bool TryParseColor(string text, out int color)
    {
        color = 0;
        string[] parts = text.Split(',');
        foreach (string part in parts)
        {
            if (!TryParse(part.Trim(), 255, out int value)) return false;
            color = (color << 8) | value;
        }

        return parts.Length == 3;
    }

    private static bool TryParse(string text, int max, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= max;

    private static string Describe(LabelMappingKind kind) => kind switch
    {
        LabelMappingKind.Index => "grey values of up to 8 bits or palette indices",
        LabelMappingKind.Palette => "palette indices",
        LabelMappingKind.Rgb => "8-bit colours",
        _ => "16-bit samples",
    };

    private static string Describe(LabelFileKind kind) => kind switch
    {
        LabelFileKind.Grey8 => "grey values of up to 8 bits",
        LabelFileKind.Palette => "palette indices",
        LabelFileKind.Rgb8 => "8-bit colours",
        LabelFileKind.Grey16 => "16-bit grey values",
        _ => "16-bit colours",
    };
}
