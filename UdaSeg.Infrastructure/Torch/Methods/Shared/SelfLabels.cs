using UdaSeg.Domain.Images;
using UdaSeg.Domain.SelfTraining;
using UdaSeg.Infrastructure.Torch.Stages;

namespace UdaSeg.Infrastructure.Torch.Methods.Shared;

/// <summary>A stage's pseudo-labels, made once and stored as the paper's are, so that pages and reports show them alike.</summary>
internal static class SelfLabels
{
    /// <param name="context">The run.</param>
    /// <param name="stage">That trains on them.</param>
    /// <param name="teacher">What is believed of an image; called only when nothing is stored yet.</param>
    /// <param name="choose">What of it is kept.</param>
    public static StoredPseudoLabels Of(
        StageContext context, int stage, Func<RgbImage, Prediction> teacher, Func<ConfidenceHistogram, ClassThresholds> choose)
    {
        StagePreparation? preparation = context.Artifacts.Preparation(stage);
        if (preparation is null || !context.Artifacts.HasPseudoLabels(stage))
        {
            (ClassThresholds thresholds, ConfidenceHistogram histogram) = PseudoLabelling.Run(context, stage, teacher, choose);
            var none = new CategoryCenters(context.Plan.Network.DecoderChannels, new float[]?[context.Classes], new long[context.Classes]);
            preparation = new StagePreparation(thresholds.Values, histogram.ToRecord(), none);
            context.Artifacts.WritePreparation(stage, preparation);
        }

        context.Journal.StagePrepared(preparation.Summary(stage, context.Artifacts.PreparationKey(stage)));
        return new StoredPseudoLabels(context.Artifacts.PseudoLabels(stage));
    }

    /// <summary>By the network as the stage before left it.</summary>
    public static StoredPseudoLabels OfNetwork(StageContext context, int stage, Func<ConfidenceHistogram, ClassThresholds> choose)
    {
        Inference teacher = context.NewInference();
        return Of(context, stage, image => teacher.Predict(image, image.Width, image.Height), choose);
    }
}
