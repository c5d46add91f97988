using TorchSharp;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Images;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Losses;
using UdaSeg.Infrastructure.Torch.Stages;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch.Methods.Cag;

/// <param name="Centers">By class: [D], not normalised; null for a class that no source image showed well enough.</param>
internal sealed record Anchors(float[]?[] Centers);

/// <summary>CAG's anchors (section 3.1): the mean over source images of each class's mean feature where the model is right, every image weighing the same.</summary>
internal static class AnchorEstimation
{
    private const string Finding = "anchors";

    /// <summary>Beyond so many images the mean goes on as a moving one.</summary>
    private const int MostImages = 3000;

    public static Anchors Run(StageContext context, int stage)
    {
        if (context.Artifacts.Finding<Anchors>(stage, Finding) is { } known) return known;
        int dimensions = context.Plan.Network.DecoderChannels, images = Math.Min(context.Source.Count, context.Plan.Centers.MaxImages ?? int.MaxValue);
        var mean = new RunningMeans(context.Classes, dimensions, MostImages);
        var alignment = new SourceAlignment(context.Plan, context.Source, context.Target); // the source as the stage trains on it
        context.Network.eval();
        for (int m = 0; m < images; m++)
        {
            context.Report(stage, context.Before(stage), "anchors", m, images);
            RgbImage image = alignment.Whole(m, new SampleKey(context.Plan.Seed, stage, m, SourceAlignment.WholeImageSlot));
            Accumulate(context, image, context.Source.Labels(m), mean);
        }

        var anchors = new Anchors(mean.Read());
        context.Artifacts.WriteFinding(stage, Finding, anchors);
        return anchors;
    }

    private static void Accumulate(StageContext context, RgbImage image, LabelMap labels, RunningMeans mean)
    {
        using DisposeScope scope = NewDisposeScope();
        using var mode = inference_mode();
        (Tensor logits, Tensor features) = context.Network.call(ImageTensors.Whole(image, Normalisation.Of(context.Plan.Network.Normalisation), context.Device));
        Tensor truth = LabelTensors.AtStrideFour(LabelTensors.Of(labels.Labels, 1, labels.Height, labels.Width, context.Device));
        using Scalar ignore = (long)LabelMap.Ignore;
        Tensor right = truth.where(logits.argmax(1).eq(truth), full_like(truth, ignore));
        (Tensor means, Tensor present) = AnchorLosses.ClassMeans(features, right, context.Classes, context.Plan.Cag.LeastPixels);
        mean.Add(means.to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray(), present.cpu().contiguous().data<bool>().ToArray());
    }
}

/// <summary>Means by class, to which each image adds one value a class.</summary>
internal sealed class RunningMeans(int classes, int dimensions, int most)
{
    private readonly double[] _means = new double[classes * dimensions];
    private readonly int[] _counts = new int[classes];

    /// <param name="values">[C·D].</param>
    /// <param name="present">[C].</param>
    public void Add(ReadOnlySpan<float> values, ReadOnlySpan<bool> present)
    {
        for (int c = 0; c < classes; c++)
        {
            if (!present[c]) continue;
            double weight = 1.0 / (Math.Min(_counts[c]++, most) + 1);
            for (int d = c * dimensions; d < (c + 1) * dimensions; d++) _means[d] += weight * (values[d] - _means[d]);
        }
    }

    public float[]?[] Read() =>
        [.. Enumerable.Range(0, classes).Select(c => _counts[c] == 0 ? null : Array.ConvertAll(_means.AsSpan(c * dimensions, dimensions).ToArray(), v => (float)v))];
}
