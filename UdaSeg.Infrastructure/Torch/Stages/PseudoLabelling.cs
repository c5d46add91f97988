using System.Runtime.InteropServices;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.SelfTraining;

namespace UdaSeg.Infrastructure.Torch.Stages;

/// <summary>
/// Whole target images through T_{i−1}: arg-max and confidence a pixel, thresholds from the histograms of all of them, then the kept labels are stored
/// (method, section 5). Between the two passes predictions wait in a scratch folder, not in memory.
/// </summary>
internal static class PseudoLabelling
{
    public static (ClassThresholds Thresholds, ConfidenceHistogram Histogram) Run(StageContext context, int stage)
    {
        Inference teacher = context.NewInference();
        return Run(context, stage, image => teacher.Predict(image, image.Width, image.Height), Thresholds(context.Plan.PseudoLabels));
    }

    /// <param name="context">The run.</param>
    /// <param name="stage">That will train on them.</param>
    /// <param name="teacher">What is believed of an image, at its size.</param>
    /// <param name="choose">What of it is kept, from the confidences of all images.</param>
    public static (ClassThresholds Thresholds, ConfidenceHistogram Histogram) Run(
        StageContext context, int stage, Func<RgbImage, Prediction> teacher, Func<ConfidenceHistogram, ClassThresholds> choose)
    {
        DirectoryInfo scratch = Directory.CreateTempSubdirectory("udaseg-");
        try
        {
            ConfidenceHistogram histogram = Predict(context, stage, teacher, scratch.FullName);
            ClassThresholds thresholds = choose(histogram);
            Keep(context, stage, scratch.FullName, thresholds);
            return (thresholds, histogram);
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    /// <summary>The paper's rule: min(P_h, P_{s,c}).</summary>
    public static Func<ConfidenceHistogram, ClassThresholds> Thresholds(PseudoLabelSettings settings) =>
        histogram => ClassThresholds.Compute(histogram, settings.Percent, settings.MaxThreshold);

    /// <summary>Every pixel's label is kept.</summary>
    public static ClassThresholds KeepAll(ConfidenceHistogram histogram) => new(new double[histogram.Classes]);

    private static ConfidenceHistogram Predict(StageContext context, int stage, Func<RgbImage, Prediction> teacher, string scratch)
    {
        var histogram = new ConfidenceHistogram(context.Classes);
        for (int n = 0; n < context.Target.Count; n++)
        {
            context.Report(stage, context.Before(stage), "pseudoLabels", n, context.Target.Count);
            RgbImage image = context.Target.Image(n);
            Prediction prediction = teacher(image);
            histogram.Add(prediction.Labels, prediction.Confidences);
            using FileStream file = File.Create(Path.Combine(scratch, $"{n}"));
            file.Write(prediction.Labels);
            file.Write(MemoryMarshal.AsBytes(prediction.Confidences.AsSpan()));
        }

        return histogram;
    }

    private static void Keep(StageContext context, int stage, string scratch, ClassThresholds thresholds) =>
        context.Artifacts.WritePseudoLabels(stage, Kept(context, scratch, thresholds));

    private static IEnumerable<LabelMap> Kept(StageContext context, string scratch, ClassThresholds thresholds)
    {
        for (int n = 0; n < context.Target.Count; n++)
        {
            context.Cancel.ThrowIfCancellationRequested();
            RgbImage image = context.Target.Image(n);
            byte[] bytes = File.ReadAllBytes(Path.Combine(scratch, $"{n}"));
            int pixels = image.Width * image.Height;
            byte[] labels = bytes[..pixels];
            thresholds.Apply(labels, MemoryMarshal.Cast<byte, float>(bytes.AsSpan(pixels)));
            yield return new LabelMap(image.Width, image.Height, labels);
        }
    }
}
