using UdaSeg.Domain.Images;
using UdaSeg.Domain.SelfTraining;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Torch.Data;

namespace UdaSeg.Infrastructure.Torch.Stages;

/// <summary>
/// Label-free signals of a stage's model on the target: agreement with the stage before, confidence, and consistency under τ. The arg-max maps are stored, so
/// that the next stage, perhaps of a later attempt, compares with them. Draws nothing that training draws.
/// </summary>
internal static class QualityMeasuring
{
    /// <summary>No training slot reaches it; <see cref="SourceAlignment.WholeImageSlot"/> is another.</summary>
    public const int JitterSlot = int.MaxValue - 1;

    /// <summary>Stores the stage's quality and its maps.</summary>
    /// <returns>Null when the plan switches it off.</returns>
    public static StageQuality? Run(StageContext context, int stage)
    {
        int[] chosen = StageQuality.Choose(context.Target.Count, context.Plan.Quality.MaxImages);
        if (chosen.Length == 0) return null;
        Inference model = context.NewInference();
        long pixels = 0, consistent = 0;
        long? agreeing = stage == 0 ? null : 0;
        double confidence = 0;
        var maps = new List<(int Sample, LabelMap Map)>();
        using LabelMapArchive? before = stage == 0 ? null : context.Artifacts.QualityMaps(stage - 1);
        for (int k = 0; k < chosen.Length; k++)
        {
            context.Report(stage, context.Before(stage + 1), "quality", k, chosen.Length);
            RgbImage image = context.Target.Image(chosen[k]);
            Prediction clean = model.Predict(image, image.Width, image.Height);
            consistent += StageQuality.CountEqual(clean.Labels, model.Predict(Jittered(context.Plan, image, chosen[k]), image.Width, image.Height).Labels);

            // A run begun before maps were stored has none of its earlier stages.
            LabelMap? then = agreeing is null ? null : before?.Find(chosen[k]);
            agreeing = then is null ? null : agreeing + StageQuality.CountEqual(clean.Labels, then.Labels);
            foreach (float c in clean.Confidences) confidence += c;
            pixels += clean.Labels.Length;
            maps.Add((chosen[k], new LabelMap(image.Width, image.Height, clean.Labels)));
        }

        var quality = new StageQuality(chosen.Length, agreeing / (double)pixels, confidence / pixels, consistent / (double)pixels);
        context.Artifacts.WriteQualityMaps(stage, maps);
        context.Artifacts.WriteQuality(stage, quality);
        return quality;
    }

    /// <summary>τ of the plan's strengths on a whole image, rounded to bytes: also where training goes without, and the same in every stage, so that stages and
    /// ablations compare.</summary>
    internal static RgbImage Jittered(TrainingPlan plan, RgbImage image, int index)
    {
        int pixels = image.Width * image.Height;
        var planes = new float[3 * pixels];
        ImageTensors.ToPlanes(image, planes);
        var key = new SampleKey(plan.Seed, 0, index, JitterSlot);
        ColorJitter.Apply(planes, plan.Jitter with { Enabled = true }, key.Sequence(DrawPurpose.Jitter));
        var jittered = new RgbImage(image.Width, image.Height);
        for (int i = 0; i < pixels; i++)
        {
            for (int c = 0; c < 3; c++) jittered.Pixels[(3 * i) + c] = (byte)MathF.Round(255 * planes[(c * pixels) + i]);
        }

        return jittered;
    }
}
