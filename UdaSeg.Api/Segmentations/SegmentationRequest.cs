using UdaSeg.Api.Requests;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Ports;

namespace UdaSeg.Api.Segmentations;

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
        MaskEncoding mask = MaskEncodings.Read(encoding, faults);
        string[] wanted = (include ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (string word in wanted.Except(["confidence", "rle", "probabilities"]))
        {
            faults.Add("include", $"'{word}' is none of confidence, rle, probabilities.");
        }
        bool probabilities = wanted.Contains("probabilities");
        if (probabilities != (type == Npz)) faults.Add("include", $"Probabilities come with Accept: {Npz} and include=probabilities, and only there.");
        faults.ThrowIfAny("invalid-segmentation", "The segmentation's parameters are not usable.");
        return new SegmentationRequest(type, mask, wanted.Contains("confidence"), wanted.Contains("rle"), probabilities);
    }
}
