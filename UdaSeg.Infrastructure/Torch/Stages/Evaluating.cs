using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Labels;
using UdaSeg.Infrastructure.Torch.Data;

namespace UdaSeg.Infrastructure.Torch.Stages;

/// <summary>A network against labels (method, section 8): predictions at the label files' own size, one confusion matrix over all samples.</summary>
internal static class Evaluating
{
    /// <param name="inference">The network.</param>
    /// <param name="samples">Those without a label are passed over.</param>
    /// <param name="truthSpace">Of the labels.</param>
    /// <param name="modelSpace">Of the network; classes are matched by name.</param>
    /// <param name="options">Scales, flip, missing classes.</param>
    /// <param name="progress">Called with (done, count) before each sample.</param>
    /// <param name="worst">Told every prediction, in the labels' classes; null: none is kept.</param>
    public static EvaluationReport Run(
        Inference inference, SampleStore samples, LabelSpace truthSpace, LabelSpace modelSpace, EvaluationOptions options, Action<int, int> progress,
        WorstPredictions? worst = null)
    {
        byte[] toTruth = [.. modelSpace.Classes.Select(c => (byte)(truthSpace.Classes.FirstOrDefault(t => t.Name == c.Name)?.Index ?? LabelMap.Ignore))];
        bool[] known = [.. truthSpace.Classes.Select(t => modelSpace.Classes.Any(c => c.Name == t.Name))];
        var total = new ConfusionMatrix(truthSpace.Count);
        var scores = new List<(string, double?)>();
        double confidence = 0;
        long pixels = 0;
        for (int i = 0; i < samples.Count; i++)
        {
            progress(i, samples.Count);
            if (samples[i].LabelPath is null) continue;
            LabelMap truth = samples.FileLabels(i);
            Prediction prediction = inference.Predict(samples.Image(i), truth.Width, truth.Height, options.Scales, options.Flip, window: options.SlidingWindow);
            byte[] labels = Array.ConvertAll(prediction.Labels, label => toTruth[label]);
            var matrix = new ConfusionMatrix(truthSpace.Count);
            matrix.Add(truth.Labels, labels, known, options.MissingClasses);
            total.Merge(matrix);
            scores.Add((samples[i].Name, matrix.MeanIou()));
            worst?.Offer(samples[i].Name, scores[^1].Item2, new LabelMap(truth.Width, truth.Height, labels));
            foreach (float c in prediction.Confidences) confidence += c;
            pixels += prediction.Confidences.Length;
        }

        return EvaluationReport.From(WithSubsetsOf(modelSpace, truthSpace), total, scores, pixels == 0 ? null : confidence / pixels);
    }

    /// <summary>A subset that only the model's space names is reported too, over the classes of the labels by the same names.</summary>
    private static LabelSpace WithSubsetsOf(LabelSpace modelSpace, LabelSpace truthSpace)
    {
        var subsets = truthSpace.Subsets.ToDictionary(StringComparer.Ordinal);
        foreach ((string name, IReadOnlyList<int> members) in modelSpace.Subsets)
        {
            string[] names = [.. members.Select(m => modelSpace.Classes[m].Name)];
            int[] mapped = [.. truthSpace.Classes.Where(c => names.Contains(c.Name)).Select(c => c.Index)];
            if (mapped.Length > 0) subsets.TryAdd(name, mapped);
        }

        return truthSpace with { Subsets = subsets };
    }
}
