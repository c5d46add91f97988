using System.Text.Json.Serialization;
using UdaSeg.Api.Requests;

namespace UdaSeg.Api.Segmentations;

/// <summary>What the model sees in an image.</summary>
internal sealed record SegmentationAnswer
{
    /// <summary>The checkpoint that an alias named at the time.</summary>
    public required Guid Checkpoint { get; init; }

    /// <summary>What computed, such as torch-float32 or onnxruntime.</summary>
    public required string Engine { get; init; }

    /// <summary>Of the upright image, pixels.</summary>
    public required int Width { get; init; }

    public required int Height { get; init; }

    /// <summary>Every class of the checkpoint's label space, in order.</summary>
    public required IReadOnlyList<ClassShare> Classes { get; init; }

    /// <summary>Indices of classes with a pixel.</summary>
    public required IReadOnlyList<int> PresentClassIds { get; init; }

    /// <summary>Base64 of an 8-bit indexed PNG: a pixel is a class's index.</summary>
    public required ReadOnlyMemory<byte> SegmentationMask { get; init; }

    /// <summary>Base64 of an 8-bit grey PNG: the softmax probability of the pixel's class times 255. With include=confidence.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ReadOnlyMemory<byte>? ConfidenceMask { get; init; }

    /// <summary>A mask for each class present. With include=rle.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Segment>? Segments { get; init; }

    /// <summary>Null when the checkpoint was adapted to no target domain.</summary>
    public required Drift? Drift { get; init; }

    public required Timings Timings { get; init; }
}

/// <param name="Index">Of the label space.</param>
/// <param name="Name">Of the label space.</param>
/// <param name="Color">R, G, B.</param>
/// <param name="Pixels">How many pixels are of the class.</param>
/// <param name="Share">Of all pixels, 0..1.</param>
internal sealed record ClassShare(int Index, string Name, IReadOnlyList<int> Color, long Pixels, double Share);

/// <param name="Index">The class.</param>
/// <param name="Area">Pixels.</param>
/// <param name="Rle">Where they are.</param>
internal sealed record Segment(int Index, long Area, Rle Rle);

/// <summary>COCO's run-length encoding.</summary>
/// <param name="Size">Height and width.</param>
/// <param name="Counts">COCO's compressed string.</param>
internal sealed record Rle(IReadOnlyList<int> Size, string Counts);

/// <summary>Distance of the image's style from the target domain that the checkpoint was adapted to, in units of CIE L*a*b*.</summary>
/// <param name="Total">Length of the three channels' distances: one figure to watch.</param>
/// <param name="MeanLightness">Difference of the mean lightness.</param>
/// <param name="Lightness">First Wasserstein distance of L*.</param>
/// <param name="A">First Wasserstein distance of a*.</param>
/// <param name="B">First Wasserstein distance of b*.</param>
internal sealed record Drift(double Total, double MeanLightness, double Lightness, double A, double B);
