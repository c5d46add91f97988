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
                continue;
            }

            if (stage == 0) TrainCoarse();
            else Adapt(stage, Prepare(stage));
            long end = context.Before(stage + 1);
            ChosenModel chosen = _selection.Choose(stage, new ChosenModel(end, Measure(stage, end)));
            if (QualityMeasuring.Run(context, stage) is { } quality) context.Journal.StageMeasured(stage, quality); // before the checkpoint that ends the stage
            context.Journal.CheckpointPublished(publisher.Publish(stage, chosen));
            context.Artifacts.DeleteBest(stage);
            if (chosen.Report is { } report) context.Journal.Evaluated(stage, chosen.Iteration, report); // after the checkpoint that it is about
        }

        context.Artifacts.DeleteStates();
    }

    private void TrainCoarse() =>
        new StageTrainer(context, 0, context.Plan.BatchSize, batch => CoarseAlignment.Losses(context.Network, context.Plan, batch, context.Device), at => Evaluate(0, at)).Run(null);

    private StagePreparation Prepare(int stage)
    {
        StagePreparation? preparation = context.Artifacts.Preparation(stage);
        if (preparation is null)
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
        new StageTrainer(context, stage, adaptation.ImagesPerIteration, batch => adaptation.Losses(context.Network, batch), at => Evaluate(stage, at))
            .Run(new StoredPseudoLabels(context.Artifacts, stage));
    }

    private void Evaluate(int stage, long iteration)
    {
        if (Measure(stage, iteration) is not { } report) return;
        _selection.Offer(stage, new ChosenModel(iteration, report));
        context.Journal.Evaluated(stage, iteration, report);
    }

    private EvaluationReport? Measure(int stage, long iteration) => context.Evaluation.Count == 0
        ? null
        : Evaluating.Run(
            context.NewInference(),
            context.Evaluation,
            context.Job.LabelSpace,
            context.Job.LabelSpace,
            new EvaluationOptions(),
            (done, count) => context.Report(stage, iteration, "evaluation", done, count));
}

/// <summary>Pseudo-labels from the artifact store, kept in memory while they are few.</summary>
internal sealed class StoredPseudoLabels(RunArtifacts artifacts, int stage) : IPseudoLabelSource
{
    private const long Budget = 512L << 20;
    private readonly System.Collections.Concurrent.ConcurrentDictionary<int, LabelMap> _cache = new();
    private long _used;

    public LabelMap PseudoLabels(int index)
    {
        if (_cache.TryGetValue(index, out LabelMap? cached)) return cached;
        LabelMap labels = artifacts.PseudoLabels(stage, index);
        if (Interlocked.Add(ref _used, labels.Labels.Length) <= Budget) _cache[index] = labels;
        return labels;
    }
}
