using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Training;

namespace UdaSeg.Domain.Evaluation;

/// <param name="Index">0..C−1.</param>
/// <param name="Name">Of the label space.</param>
/// <param name="Iou">0..1; null when the class is absent from the ground truth.</param>
/// <param name="Accuracy">Share of its true pixels that were found, 0..1; null when absent.</param>
/// <param name="Pixels">Ground-truth pixels.</param>
public sealed record ClassScore(int Index, string Name, double? Iou, double? Accuracy, long Pixels);

/// <param name="Sample">The sample's name.</param>
/// <param name="Miou">Over the classes present in its ground truth, 0..1.</param>
public sealed record ImageScore(string Sample, double Miou)
{
    /// <summary>The lowest mIoU first, equal ones by name: what is worst does not hang on the order of measuring.</summary>
    public static IComparer<ImageScore> WorstFirst { get; } = Comparer<ImageScore>.Create((a, b) =>
        a.Miou.CompareTo(b.Miou) is var order && order != 0 ? order : string.CompareOrdinal(a.Sample, b.Sample));
}

/// <summary>What an evaluation found (method, section 8).</summary>
/// <param name="Miou">Mean over the classes present in the ground truth, 0..1; null when no pixel was labelled.</param>
/// <param name="Subsets">The same over each named subset of the label space.</param>
/// <param name="PerClass">Every class, absent ones too.</param>
/// <param name="Confusion">[C][C]: rows truth, columns prediction, pixels.</param>
/// <param name="MeanConfidence">Mean softmax probability of the predicted class, 0..1, if it was measured.</param>
/// <param name="AbsentClasses">Names of the classes without ground truth; they are in no mean.</param>
/// <param name="Worst">The samples of lowest mIoU, worst first.</param>
public sealed record EvaluationReport(
    double? Miou,
    IReadOnlyDictionary<string, double?> Subsets,
    IReadOnlyList<ClassScore> PerClass,
    IReadOnlyList<IReadOnlyList<long>> Confusion,
    double? MeanConfidence,
    IReadOnlyList<string> AbsentClasses,
    IReadOnlyList<ImageScore> Worst)
{
    public const int WorstCount = 10;

    /// <summary><c>oracle</c> when the model's iteration was chosen by target labels: then this is no measure of unsupervised adaptation.</summary>
    public ModelSelection? Selection { get; init; }

    /// <param name="space">Names and subsets; of as many classes as the matrix.</param>
    /// <param name="confusion">Over all samples.</param>
    /// <param name="samples">Name and mIoU of each; null where no pixel was labelled.</param>
    /// <param name="meanConfidence">0..1, or null.</param>
    public static EvaluationReport From(
        LabelSpace space, ConfusionMatrix confusion, IEnumerable<(string Sample, double? Miou)> samples, double? meanConfidence = null)
    {
        if (space.Count != confusion.Classes)
        {
            throw new ArgumentException($"The label space has {space.Count} classes, the matrix {confusion.Classes}.", nameof(confusion));
        }

        ClassScore[] perClass =
        [
            .. space.Classes.Select(c => new ClassScore(c.Index, c.Name, confusion.Iou(c.Index), confusion.Accuracy(c.Index), confusion.Pixels(c.Index))),
        ];
        ImageScore[] worst =
        [
            .. samples.Where(s => s.Miou is not null)
                .Select(s => new ImageScore(s.Sample, s.Miou!.Value))
                .Order(ImageScore.WorstFirst)
                .Take(WorstCount),
        ];
        return new EvaluationReport(
            confusion.MeanIou(),
            space.Subsets.ToDictionary(s => s.Key, s => confusion.MeanIou(s.Value)),
            perClass,
            confusion.ToRows(),
            meanConfidence,
            [.. perClass.Where(c => c.Pixels == 0).Select(c => c.Name)],
            worst);
    }
}
