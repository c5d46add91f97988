using System.Text.Json.Serialization;

namespace UdaSeg.Domain.Evaluation;

/// <summary>What becomes of ground truth whose class the model lacks.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MissingClasses>))]
public enum MissingClasses
{
    /// <summary>It is not counted.</summary>
    [JsonStringEnumMemberName("ignore")] Ignore,

    /// <summary>It counts as wrong.</summary>
    [JsonStringEnumMemberName("count")] Count,
}

/// <param name="MissingClasses">Ground truth of classes that the model lacks.</param>
/// <param name="Scales">Factors at which the image is seen; the softmax outputs are averaged. Each 0.25..4, at most 8.</param>
/// <param name="Flip">Also the mirrored image.</param>
public sealed record EvaluationOptions(MissingClasses MissingClasses = MissingClasses.Ignore, IReadOnlyList<double>? Scales = null, bool Flip = false);
