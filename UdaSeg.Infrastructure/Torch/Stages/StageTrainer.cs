using System.Globalization;
using TorchSharp;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.SelfTraining;
using UdaSeg.Domain.Training;
using UdaSeg.Domain.Training.Methods;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Methods;
using UdaSeg.Infrastructure.Torch.Methods.Shared;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Safetensors;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch.Stages;

/// <summary>The training loop of one stage: from its last state to its last iteration.</summary>
/// <param name="context">The run.</param>
/// <param name="stage">0..K.</param>
/// <param name="objective">What the stage sees and minimises.</param>
/// <param name="evaluate">Called at iterations (within the stage) where an evaluation is due.</param>
internal sealed class StageTrainer(StageContext context, int stage, StageObjective objective, Action<long> evaluate)
{
    private const string MomentumPrefix = "momentum.";
    private const string MethodPrefix = "method.";
    private const string TeacherPrefix = "teacher.";
    private const double LossSmoothing = 0.1;

    private readonly TrainingPlan _plan = context.Plan;
    private EmaTeacher? _teacher;

    public void Run()
    {
        using var sgd = new Sgd(context.Network, _plan.Optimizer);
        using EmaTeacher? teacher = Teacher();
        _teacher = teacher;
        int begin = Restore(sgd), end = _plan.IterationsOf(stage);
        var rate = new PolySchedule(_plan.LearningRateOf(stage), end, _plan.Optimizer.Power);
        BatchMaker maker = Maker();
        using var batches = new BatchStream(maker.Make, begin, end);
        BatchNormPolicy.Train(context.Network, _plan.Network.BatchNorm, _plan.BatchSize);
        context.Clock.BeginStage();
        double? smoothed = null;
        for (int iteration = begin; iteration < end; iteration++)
        {
            if (context.Cancel.IsCancellationRequested)
            {
                SaveState(sgd, iteration);
                context.Cancel.ThrowIfCancellationRequested();
            }

            TimeSpan waited = batches.Waited;
            Batch batch = Extended(Next(batches));
            Dictionary<string, double> values = Step(sgd, batch, rate.At(iteration), rate.At(iteration) / rate.At(0));
            context.Clock.Tick(_plan.Passes(stage) * _plan.BatchSize, batches.Waited - waited);
            double loss = values["total"];
            if (!double.IsFinite(loss)) throw Diverged(iteration, values);
            smoothed = smoothed is { } s ? s + (LossSmoothing * (loss - s)) : loss;
            Report(iteration + 1, end, values, smoothed.Value, rate.At(iteration), objective.KeptShare(batch));
            bool last = iteration + 1 == end;
            if (!last && (iteration + 1) % _plan.CheckpointEvery == 0) SaveState(sgd, iteration + 1);
            if (!last && _plan.EvaluateEvery > 0 && (iteration + 1) % _plan.EvaluateEvery == 0) Evaluate(iteration + 1);
            maker.Return(batch);
        }

        // The last step is followed by no loss that would show what it did, and a checkpoint of NaNs would be published.
        if (!NetworkState.IsFinite(context.Network)) throw Diverged(end);
        if (end > begin) LogSpeed(end - begin);
    }

    private EmaTeacher? Teacher() => _plan.Teacher.Ema && _plan.Method.HasPseudoLabels(stage) && context.Artifacts.Preparation(stage) is { } prepared
        ? new EmaTeacher(context, new ClassThresholds(prepared.Thresholds))
        : null;

    private BatchMaker Maker()
    {
        ISamples source = objective.SourceOf(context);
        ClassCounts? counts = _plan.RareClasses.Enabled
            ? ClassCounts.Of(source, context.Classes, (done, count) => context.Report(stage, context.Before(stage), "classes", done, count))
            : null;
        bool asBytes = context.Device.type != DeviceType.CPU && !Mixes;
        return new BatchMaker(objective.Plan, stage, source, objective.TargetOf(context), objective.Target, asBytes, counts);
    }

    private bool Mixes => _plan.ClassMix.Enabled && _plan.Method.HasPseudoLabels(stage);

    /// <summary>What is on top of any method: the teacher's labels first, so that what is pasted keeps its true ones.</summary>
    private Batch Extended(Batch batch)
    {
        if (_teacher is not null) batch = _teacher.Label(batch);
        return Mixes ? ClassMixing.Apply(batch, objective.Plan, stage) : batch;
    }

    private void LogSpeed(int iterations) => context.Journal.Log(string.Create(
        CultureInfo.InvariantCulture,
        $"Stage {stage}: {iterations} iterations at {context.Clock.ImagesPerSecond:0.00} images per second; {context.Clock.StageWaitShare:P1} of their time was spent waiting for samples."));

    private Dictionary<string, double> Step(Sgd sgd, Batch batch, double learningRate, double share)
    {
        using DisposeScope scope = NewDisposeScope();
        // Dropout's seed is a draw like any other: no generator state to save.
        random.manual_seed((long)(RandomSource.Bits(_plan.Seed, stage, batch.Iteration, 0, DrawPurpose.Dropout) >> 1));
        LossTerms terms = objective.Losses(context.Network, batch);
        sgd.ZeroGradients();
        terms.Total.backward();
        sgd.Step(learningRate);
        _teacher?.Follow(batch.Iteration);
        return terms.Values(beside: objective.Follow(batch.Iteration, share));
    }

    private void Report(int done, int end, Dictionary<string, double> values, double smoothed, double learningRate, double? keptShare)
    {
        long iteration = context.Before(stage) + done;
        double speed = context.Clock.ImagesPerSecond;
        context.Journal.Progress(new RunProgress(
            stage, iteration, _plan.TotalIterations, "training", (double)done / end, smoothed, speed, context.Clock.EtaSeconds(_plan, stage, iteration)));
        context.Journal.Metrics(new RunMetrics(stage, iteration, learningRate, values, speed, keptShare, context.Clock.WaitShare));
    }

    private void Evaluate(int done)
    {
        evaluate(context.Before(stage) + done);
        BatchNormPolicy.Train(context.Network, _plan.Network.BatchNorm, _plan.BatchSize);
        context.Clock.Restart();
    }

    private Batch Next(BatchStream batches)
    {
        try
        {
            return batches.Next(CancellationToken.None);
        }
        catch (BatchFaultException fault) when (fault.InnerException is RuleViolationException or IOException or UnauthorizedAccessException)
        {
            if (fault.InnerException is RuleViolationException) throw new RuleViolationException(RuleKind.Unusable, "sample-unreadable", fault.Message, null, fault);
            throw new RuleViolationException(RuleKind.Unusable, "sample-unreadable", "A sample's file can no longer be read; register the data set anew.", null, fault);
        }
    }

    private int Restore(Sgd sgd)
    {
        if (context.Artifacts.LastState(stage) is not { } state) return 0;
        NetworkWeights.Restore(NetworkState.Of(context.Network), state.Tensors.Where(t => !new[] { MomentumPrefix, MethodPrefix, TeacherPrefix }.Any(prefix => Has(t, prefix))));
        NetworkWeights.Restore(sgd.Momentum, Under(state.Tensors, MomentumPrefix));
        NetworkWeights.Restore(objective.State, Under(state.Tensors, MethodPrefix));
        if (_teacher is not null) NetworkWeights.Restore(_teacher.State, Under(state.Tensors, TeacherPrefix));
        return state.Iteration;
    }

    private void SaveState(Sgd sgd, int iteration)
    {
        context.Artifacts.WriteState(
            stage,
            iteration,
            [
                .. NetworkWeights.Capture(NetworkState.Of(context.Network)),
                .. NetworkWeights.Capture(sgd.Momentum, MomentumPrefix),
                .. NetworkWeights.Capture(objective.State, MethodPrefix),
                .. _teacher is null ? [] : NetworkWeights.Capture(_teacher.State, TeacherPrefix),
            ],
            _plan.KeepCheckpoints);
        context.Journal.StateSaved(stage, context.Before(stage) + iteration);
    }

    private static bool Has(TensorEntry tensor, string prefix) => tensor.Name.StartsWith(prefix, StringComparison.Ordinal);

    private static IEnumerable<TensorEntry> Under(IEnumerable<TensorEntry> tensors, string prefix) =>
        tensors.Where(t => Has(t, prefix)).Select(t => t with { Name = t.Name[prefix.Length..] });

    private RuleViolationException Diverged(int iteration, Dictionary<string, double>? losses = null) => new(
        RuleKind.Unusable,
        "loss-diverged",
        $"The loss or the weights are no longer numbers at iteration {iteration} of stage {stage}: lower optimizer.{(stage == 0 || MethodShape.BeginsAnew(_plan.Method, stage) ? "coarseLearningRate" : "stageLearningRate")}."
            + (losses is null ? "" : $" Not finite: {string.Join(", ", losses.Where(l => !double.IsFinite(l.Value)).Select(l => l.Key))}."));
}
