namespace UdaSeg.Domain.Evaluation;

/// <summary>The figures of one evaluation (method, section 8). Shares and IoUs are 0..1; null where a class does not occur in the ground truth.</summary>
/// <param name="Miou">Mean over the classes that occur in the ground truth; null when nothing was labelled.</param>
/// <param name="Subsets">mIoU over each named subset of the label space.</param>
/// <param name="PerClass">One row a class.</param>
/// <param name="Confusion">Rows ground truth, columns prediction, in pixels.</param>
/// <param name="MeanConfidence">Of the predictions, over all pixels.</param>
/// <param name="AbsentClasses">Names of the classes without a ground-truth pixel.</param>
/// <param name="Worst">The images with the lowest mIoU, worst first.</param>
public sealed record EvaluationReport(
    double? Miou,
    IReadOnlyDictionary<string, double?> Subsets,
    IReadOnlyList<ClassScore> PerClass,
    IReadOnlyList<IReadOnlyList<long>> Confusion,
    double MeanConfidence,
    IReadOnlyList<string> AbsentClasses,
    IReadOnlyList<ImageScore> Worst);

public sealed record ClassScore(int Index, string Name, double? Iou, double? Accuracy, long Pixels);

public sealed record ImageScore(string Sample, double Miou);
