using System.Xml;
using UdaSeg.Domain.Errors;

namespace UdaSeg.Api.Interop.LabelStudio;

/// <summary>What a labelling configuration says of brush labels: where predictions go, where the image is, and which labels there are.</summary>
/// <param name="FromName">Of the BrushLabels tag.</param>
/// <param name="ToName">Of its Image tag.</param>
/// <param name="ImageKey">Under which a task's data holds the image.</param>
/// <param name="Labels">As written there.</param>
internal sealed record LabellingConfig(string FromName, string ToName, string ImageKey, IReadOnlyList<string> Labels)
{
    private const int MaxCharacters = 1 << 20;

    /// <summary>The first BrushLabels tag whose Image tag exists.</summary>
    /// <exception cref="RuleViolationException"><c>label-config-unusable</c> (422).</exception>
    public static LabellingConfig Read(string? xml)
    {
        if (string.IsNullOrWhiteSpace(xml)) throw Unusable("it is empty");
        try
        {
            return Find(xml) ?? throw Unusable("""it needs <Image name="..." value="$key"/> and <BrushLabels name="..." toName="..."> with <Label value="..."/> in it""");
        }
        catch (XmlException)
        {
            throw Unusable("it is not well-formed XML, has a document type, or is too long");
        }
    }

    private static LabellingConfig? Find(string xml)
    {
        Dictionary<string, string> images = new(StringComparer.Ordinal);
        List<(string Name, string To, List<string> Labels)> brushes = [];
        XmlReaderSettings safe = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MaxCharacters };
        using var reader = XmlReader.Create(new StringReader(xml), safe);
        int brushDepth = -1;
        while (reader.Read())
        {
            if (reader.NodeType == XmlNodeType.EndElement && reader.Depth == brushDepth) brushDepth = -1;
            if (reader.NodeType != XmlNodeType.Element) continue;
            if (Is("Image") && Attribute("name") is { } name && Attribute("value") is ['$', .. { Length: > 0 } key]) images[name] = key;
            if (Is("BrushLabels") && Attribute("name") is { } from && Attribute("toName") is { } to)
            {
                brushes.Add((from, to, []));
                brushDepth = reader.IsEmptyElement ? -1 : reader.Depth;
            }

            if (Is("Label") && brushDepth >= 0 && Attribute("value") is { } label) brushes[^1].Labels.Add(label);
        }

        foreach ((string from, string to, List<string> labels) in brushes)
        {
            if (labels.Count > 0 && images.TryGetValue(to, out string? key)) return new LabellingConfig(from, to, key, labels);
        }

        return null;

        // Label Studio itself does not tell capitals from small letters here.
        bool Is(string tag) => reader.LocalName.Equals(tag, StringComparison.OrdinalIgnoreCase);

        string? Attribute(string attribute)
        {
            string? value = reader.GetAttribute(attribute) ?? reader.GetAttribute(attribute.ToLowerInvariant());
            return string.IsNullOrWhiteSpace(value) ? null : value.Trim();
        }
    }

    private static RuleViolationException Unusable(string why) => new(RuleKind.Unusable, "label-config-unusable", $"The labelling configuration cannot be used: {why}.");
}
