using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.SelfTraining;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Stages;

namespace UdaSeg.Infrastructure.Torch;

/// <summary>The paper's pipeline: T0, then K times pseudo-labels, centres and adaptation. What earlier attempts finished is not done again.</summary>
internal sealed class PipelineRunner(StageContext context, CheckpointPublisher publisher)
{
    private readonly OracleSelection _selection = new(context);

    public void Run()
    {
        for (int stage = 0; stage <= context.Plan.Stages; stage++)
        {
            if (context.Artifacts.Checkpoint(stage) is { } done)
            {
                NetworkWeights.Restore(NetworkState.Of(context.Network), context.Artifacts.Weights(stage));
                context.Journal.CheckpointPublished(done);
                if (done.Manifest.Origin?.Run == context.Job.RunId) Report(stage); // the attempt that trained it may have died before it could
                continue;
            }

            if (stage == 0) TrainCoarse();
            else Adapt(stage, Prepare(stage));
            long end = context.Before(stage + 1);
            ChosenModel chosen = _selection.Choose(stage, new ChosenModel(end, Measure(stage, end)));
            if (QualityMeasuring.Run(context, stage) is { } quality) context.Journal.StageMeasured(stage, quality); // before the checkpoint that ends the stage
            context.Artifacts.WriteScore(stage, chosen);
            context.Journal.CheckpointPublished(publisher.Publish(stage, chosen));
            context.Artifacts.DeleteBest(stage);
            Report(stage); // after the checkpoint that it is about
        }

        context.Artifacts.DeleteStates();
    }

    private void Report(int stage)
    {
        if (context.Artifacts.Score(stage) is { Report: { } report } model) context.Journal.Evaluated(stage, model.Iteration, report);
    }

    private void TrainCoarse() =>
        new StageTrainer(context, 0, context.Plan.BatchSize, batch => CoarseAlignment.Losses(context.Network, context.Plan, batch, context.Device), at => Evaluate(0, at)).Run(null);

    private StagePreparation Prepare(int stage)
    {
        StagePreparation? preparation = context.Artifacts.Preparation(stage);
        if (preparation is null || !context.Artifacts.HasPseudoLabels(stage))
        {
            (ClassThresholds thresholds, ConfidenceHistogram histogram) = PseudoLabelling.Run(context, stage);
            preparation = new StagePreparation(thresholds.Values, histogram.ToRecord(), CategoryCenterEstimation.Run(context, stage));
            context.Artifacts.WritePreparation(stage, preparation);
        }

        context.Journal.StagePrepared(preparation.Summary(stage, context.Plan.PseudoLabels, context.Artifacts.PreparationKey(stage)));
        return preparation;
    }

    private void Adapt(int stage, StagePreparation preparation)
    {
        var adaptation = new Adaptation(context.Plan, preparation.Centers, context.Device);
        using var pseudoLabels = new StoredPseudoLabels(context.Artifacts.PseudoLabels(stage));
        new StageTrainer(context, stage, adaptation.ImagesPerIteration, batch => adaptation.Losses(context.Network, batch), at => Evaluate(stage, at))
            .Run(pseudoLabels);
    }

    private void Evaluate(int stage, long iteration)
    {
        if (Measure(stage, iteration) is not { } report) return;
        _selection.Offer(stage, new ChosenModel(iteration, report));
        context.Journal.Evaluated(stage, iteration, report);
    }

    private EvaluationReport? Measure(int stage, long iteration)
    {
        if (context.Evaluation.Count == 0) return null;
        var worst = new WorstPredictions(context.Job.LabelSpace);
        EvaluationReport report = Evaluating.Run(
            context.NewInference(),
            context.Evaluation,
            context.Job.LabelSpace,
            context.Job.LabelSpace,
            new EvaluationOptions(),
            (done, count) => context.Report(stage, iteration, "evaluation", done, count),
            worst);
        context.Artifacts.WriteWorst(stage, iteration, worst);
        return report;
    }
}

/// <summary>Pseudo-labels from the stage's archive, kept in memory while they are few.</summary>
internal sealed class StoredPseudoLabels(LabelMapArchive archive) : IPseudoLabelSource, IDisposable
{
    internal const long Budget = 512L << 20;
    private readonly System.Collections.Concurrent.ConcurrentDictionary<int, LabelMap> _cache = new();
    private long _used;

    public LabelMap PseudoLabels(int index)
    {
        if (_cache.TryGetValue(index, out LabelMap? cached)) return cached;
        LabelMap labels = archive.Find(index) ?? throw new InvalidDataException($"Target sample {index} has no pseudo-labels in this stage.");
        if (Interlocked.Add(ref _used, labels.Labels.Length) <= Budget) _cache[index] = labels;
        return labels;
    }

    public void Dispose() => archive.Dispose();
}
