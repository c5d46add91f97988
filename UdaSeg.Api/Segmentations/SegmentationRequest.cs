using UdaSeg.Api.Requests;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Ports;

namespace UdaSeg.Api.Segmentations;

/// <summary>How a PNG answer shows the classes.</summary>
internal enum MaskEncoding
{
    /// <summary>A pixel is the class's index; the palette holds the colours.</summary>
    Index,

    /// <summary>The class's colour.</summary>
    Color,

    /// <summary>The class's colour over the image.</summary>
    Overlay,
}

/// <summary>What is wanted of a segmentation.</summary>
internal sealed record SegmentationRequest(string MediaType, MaskEncoding Encoding, bool Confidence, bool Rle, bool Probabilities)
{
    public const string Png = "image/png";
    public const string Json = "application/json";
    public const string Npz = "application/x-npz";

    /// <summary>What the model must give beside the labels.</summary>
    public SegmentationParts Parts =>
        (Confidence && MediaType == Json ? SegmentationParts.Confidence : SegmentationParts.Labels) | (Probabilities ? SegmentationParts.Probabilities : SegmentationParts.Labels);

    /// <exception cref="RuleViolationException"><c>invalid-segmentation</c> (422).</exception>
    public static SegmentationRequest Read(HttpRequest request, string? encoding, string? include)
    {
        string type = Negotiation.Choose(request, Png, Json, Npz);
        FaultList faults = new();
        MaskEncoding mask = encoding switch
        {
            null or "" or "index" => MaskEncoding.Index,
            "color" => MaskEncoding.Color,
            "overlay" => MaskEncoding.Overlay,
            _ => Refuse(faults, "encoding", $"'{encoding}' is none of index, color, overlay."),
        };
        string[] wanted = (include ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (string word in wanted.Except(["confidence", "rle", "probabilities"]))
        {
            Refuse(faults, "include", $"'{word}' is none of confidence, rle, probabilities.");
        }
        bool probabilities = wanted.Contains("probabilities");
        if (probabilities != (type == Npz)) Refuse(faults, "include", $"Probabilities come with Accept: {Npz} and include=probabilities, and only there.");
        faults.ThrowIfAny("invalid-segmentation", "The segmentation's parameters are not usable.");
        return new SegmentationRequest(type, mask, wanted.Contains("confidence"), wanted.Contains("rle"), probabilities);
    }

    private static MaskEncoding Refuse(FaultList faults, string field, string message)
    {
        faults.Add(field, message);
        return MaskEncoding.Index;
    }
}
