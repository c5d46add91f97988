using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Training.Methods;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Methods;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Stages;

namespace UdaSeg.Infrastructure.Torch;

/// <summary>A method's stages one after another, each with its evaluation, its checkpoint and its report. What earlier attempts finished is not done again.</summary>
internal sealed class PipelineRunner(StageContext context, CheckpointPublisher publisher)
{
    private readonly OracleSelection _selection = new(context);
    private readonly ITrainingMethod _method = TrainingMethods.Of(context.Plan.Method);

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

            Train(stage);
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

    private void Train(int stage)
    {
        using StageObjective objective = _method.Begin(context, stage);
        if (MethodShape.BeginsAnew(context.Plan.Method, stage)) context.Reset();
        new StageTrainer(context, stage, objective, at => Evaluate(stage, at)).Run();
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
