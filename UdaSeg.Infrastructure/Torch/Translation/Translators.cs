using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Methods.Shared;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Stages;

namespace UdaSeg.Infrastructure.Torch.Translation;

/// <summary>A run's translators, readied when a stage first needs them. What an earlier attempt has stored is not made again.</summary>
/// <param name="context">The run; its source are the images as they are.</param>
/// <param name="stage">That is about to begin.</param>
internal sealed class Translators(StageContext context, int stage)
{
    /// <param name="number">0, or the number of a stage before plus 1.</param>
    /// <returns>The source as this translator paints it.</returns>
    public TranslatedSamples Samples(int number)
    {
        TranslatorArtifacts artifacts = context.Artifacts.Translator(number);
        if (artifacts.Record()?.Images != context.Source.Count) Translate(number, artifacts);
        if (context.Source is SampleStore store) store.ForgetImages();
        return new TranslatedSamples(context.Source, artifacts, context.Codec);
    }

    private void Translate(int number, TranslatorArtifacts artifacts)
    {
        Train(number, artifacts);
        using CycleModel model = NewModel(number);
        NetworkWeights.Restore(model.Weights, artifacts.Weights());
        var painter = new ImagePainter(model.ToTarget, context.Device);
        int count = context.Source.Count;
        for (int first = 0; first < count; first += TranslatorArtifacts.ImagesAnArchive)
        {
            int archive = first / TranslatorArtifacts.ImagesAnArchive;
            if (artifacts.HasImages(archive)) continue;
            int last = Math.Min(count, first + TranslatorArtifacts.ImagesAnArchive);
            artifacts.WriteImages(archive, Enumerable.Range(first, last - first).Select(sample => (sample, Painted(painter, sample))));
        }

        artifacts.WriteRecord(new TranslationRecord(count));
    }

    private byte[] Painted(ImagePainter painter, int sample)
    {
        context.Report(stage, context.Before(stage), "translation", sample, context.Source.Count);
        return context.Codec.Encode(painter.Paint(context.Source.Image(sample)), ImageFormat.Png);
    }

    private void Train(int number, TranslatorArtifacts artifacts)
    {
        if (artifacts.IsTrained)
        {
            artifacts.DeleteStates(); // the attempt that trained it may have died before it could
            return;
        }

        using CycleModel model = NewModel(number);
        using SemanticLoss? semantics = number == 0 ? null : Continued(number - 1, model);
        new TranslatorTraining(context, stage, number, model, semantics).Run();
    }

    /// <summary>Begins with another translator's weights, and with what the network of the same number says.</summary>
    private SemanticLoss Continued(int before, CycleModel model)
    {
        TranslatorArtifacts artifacts = context.Artifacts.Translator(before);
        Train(before, artifacts);
        NetworkWeights.Restore(model.Weights, artifacts.Weights());
        return new SemanticLoss(Teachers.Of(context, before), Normalisation.Of(context.Plan.Network.Normalisation), context.Device);
    }

    private CycleModel NewModel(int number) => new(context.Plan.Translation, context.Plan.Seed, number, context.Device);
}
