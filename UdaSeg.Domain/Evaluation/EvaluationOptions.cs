namespace UdaSeg.Domain.Evaluation;

/// <param name="MissingClasses">Ground truth of classes that the model lacks.</param>
/// <param name="Scales">Factors at which the image is seen; the softmax outputs are averaged. Each 0.25..4, at most 8.</param>
/// <param name="Flip">Also the mirrored image.</param>
/// <param name="SlidingWindow">Each scaled image is seen through windows; null: whole.</param>
public sealed record EvaluationOptions(MissingClasses MissingClasses = MissingClasses.Ignore, IReadOnlyList<double>? Scales = null, bool Flip = false,
    SlidingWindow? SlidingWindow = null);
