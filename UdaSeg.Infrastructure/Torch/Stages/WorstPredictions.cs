using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Labels;
using UdaSeg.Infrastructure.Imaging;

namespace UdaSeg.Infrastructure.Torch.Stages;

/// <summary>
/// The predictions of the images that an evaluation's report will call its worst, kept while it goes: a prediction is encoded only when it enters the list,
/// and no more than the list is in memory.
/// </summary>
/// <param name="space">Of the labels: whose classes the predictions are told in.</param>
internal sealed class WorstPredictions(LabelSpace space)
{
    private readonly SortedList<ImageScore, byte[]> _kept = new(ImageScore.WorstFirst);

    /// <param name="sample">Its name.</param>
    /// <param name="miou">Null where no pixel was labelled: such an image is never among the worst.</param>
    /// <param name="prediction">255 where the model said a class that the labels do not have.</param>
    public void Offer(string sample, double? miou, LabelMap prediction)
    {
        if (miou is not { } value) return;
        var score = new ImageScore(sample, value);
        bool full = _kept.Count == EvaluationReport.WorstCount;
        if (full && ImageScore.WorstFirst.Compare(score, _kept.GetKeyAtIndex(_kept.Count - 1)) >= 0) return;
        if (full) _kept.RemoveAt(_kept.Count - 1);
        _kept[score] = PngLabelCodec.WriteIndexed(prediction, space);
    }

    /// <summary>A <see cref="PngArchive"/> of indexed PNGs by sample.</summary>
    public void WriteTo(Stream output) => PngArchive.Write(output, _kept.Select(k => (k.Key.Sample, k.Value)));
}
