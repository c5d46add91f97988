using UdaSeg.Domain.Images;
using UdaSeg.Domain.Photometry;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Methods.Shared;
using UdaSeg.Infrastructure.Torch.Stages;

namespace UdaSeg.Infrastructure.Torch.Methods.Ida;

/// <summary>
/// Intra-domain adaptation: an adversary on the self-information from source to target; then, from the start again, from the target images that this model is sure
/// of, with all its labels, to those that it is not.
/// </summary>
internal sealed class IdaMethod : ITrainingMethod
{
    private const string Finding = "entropies";

    public StageObjective Begin(StageContext context, int stage)
    {
        if (stage == 0) return new AdversarialStage(context, stage, context.Plan, AdversaryView.SelfInformation, null);
        double[] entropies = Entropies(context, stage);
        int[] ranked = [.. Enumerable.Range(0, entropies.Length).OrderBy(i => entropies[i]).ThenBy(i => i)];
        int easy = EasyCount(ranked.Length, context.Plan.Ida.EasyShare);
        StoredPseudoLabels labels = SelfLabels.OfNetwork(context, stage, PseudoLabelling.KeepAll);
        return new Intra(context, stage, new SampleView(context.Target, ranked[..easy], labels), new SampleView(context.Target, ranked[easy..], null), labels);
    }

    /// <summary>At least one image is easy, and one is hard where there are two.</summary>
    internal static int EasyCount(int images, double share) => images < 2 ? images : Math.Clamp((int)Math.Round(images * share), 1, images - 1);

    /// <summary>The mean normalised entropy of the model before on each target image.</summary>
    private static double[] Entropies(StageContext context, int stage)
    {
        if (context.Artifacts.Finding<double[]>(stage, Finding) is { } known) return known;
        Inference model = context.NewInference();
        var entropies = new double[context.Target.Count];
        for (int n = 0; n < entropies.Length; n++)
        {
            context.Report(stage, context.Before(stage), "ranking", n, entropies.Length);
            RgbImage image = context.Target.Image(n);
            entropies[n] = MeanEntropy(model.Predict(image, image.Width, image.Height, withProbabilities: true).Probabilities!, context.Classes);
        }

        context.Artifacts.WriteFinding(stage, Finding, entropies);
        return entropies;
    }

    /// <param name="probabilities">[C·H·W].</param>
    /// <param name="classes">C.</param>
    internal static double MeanEntropy(ReadOnlySpan<float> probabilities, int classes)
    {
        double sum = 0;
        foreach (float p in probabilities) sum -= p > 0 ? p * Math.Log(p) : 0;
        return sum / (Math.Log(classes) * (probabilities.Length / classes));
    }

    private sealed class Intra(StageContext context, int stage, SampleView easy, SampleView hard, StoredPseudoLabels labels) : AdversarialStage(
        context, stage, context.Plan with { Alignment = context.Plan.Alignment with { Scheme = AlignmentScheme.None } }, AdversaryView.SelfInformation, null)
    {
        public override ISamples SourceOf(StageContext context) => easy;

        // A single image is easy and hard at once.
        public override ISamples TargetOf(StageContext context) => hard.Count > 0 ? hard : easy;

        public override IPseudoLabelSource Target { get; } = new NoLabels(hard.Count > 0 ? hard : easy);

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            labels.Dispose();
        }
    }
}
