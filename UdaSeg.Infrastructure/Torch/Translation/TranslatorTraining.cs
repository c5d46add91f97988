using System.Globalization;
using TorchSharp;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Training;
using UdaSeg.Domain.Training.Methods;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Stages;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch.Translation;

/// <summary>The training loop of one translator: from its last state to its last iteration.</summary>
/// <param name="context">The run; its source are the images as they are.</param>
/// <param name="stage">That waits for the translator.</param>
/// <param name="number">Of the translator.</param>
/// <param name="model">With the weights that it begins with.</param>
/// <param name="semantics">Null for translator 0.</param>
internal sealed class TranslatorTraining(StageContext context, int stage, int number, CycleModel model, SemanticLoss? semantics)
{
    private readonly TrainingPlan _plan = context.Plan;
    private readonly TranslationSettings _settings = context.Plan.Translation;
    private readonly TranslatorArtifacts _artifacts = context.Artifacts.Translator(number);

    public void Run()
    {
        var crops = new TranslatorCrops(_plan, number, context.Device);
        int begin = Restore();
        TranslationLosses? losses = null;
        for (int iteration = begin; iteration < _settings.Iterations; iteration++)
        {
            Report(iteration);
            losses = Step(crops, iteration);
            if (!double.IsFinite(losses.Total)) throw Diverged(iteration);
            int done = iteration + 1;
            if (done < _settings.Iterations && done % _plan.CheckpointEvery == 0) SaveState(done);
        }

        if (!WeightsAreFinite()) throw Diverged(_settings.Iterations);
        _artifacts.WriteWeights(NetworkWeights.Capture(model.Weights));
        if (losses is not null) Log(losses);
    }

    /// <summary>Constant in the first half, then linear to zero, as published.</summary>
    internal static double Rate(TranslationSettings settings, int iteration) =>
        settings.LearningRate * Math.Min(1, 2 * (settings.Iterations - iteration) / (double)settings.Iterations);

    private TranslationLosses Step(TranslatorCrops crops, int iteration)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor source = crops.Draw(context.Source, iteration, TranslatorCrops.SourceSlot);
        Tensor target = crops.Draw(context.Target, iteration, TranslatorCrops.TargetSlot);
        return model.Step(source, target, semantics, Rate(_settings, iteration), iteration);
    }

    private void Report(int iteration)
    {
        try
        {
            context.Report(stage, context.Before(stage), "translator", iteration, _settings.Iterations);
        }
        catch (OperationCanceledException)
        {
            SaveState(iteration);
            throw;
        }
    }

    private int Restore()
    {
        if (_artifacts.State() is not { } state) return 0;
        NetworkWeights.Restore(model.State, state.Tensors);
        return state.Iteration;
    }

    private void SaveState(int iteration) => _artifacts.WriteState(iteration, NetworkWeights.Capture(model.State));

    private bool WeightsAreFinite()
    {
        using DisposeScope scope = NewDisposeScope();
        return model.Weights.Values.All(static tensor => tensor.isfinite().all().ToBoolean());
    }

    private void Log(TranslationLosses losses) => context.Journal.Log(string.Create(
        CultureInfo.InvariantCulture,
        $"Translator {number}: {_settings.Iterations} iterations; at the last adversarial {losses.Adversarial:0.000}, cycle {losses.Cycle:0.000}, identity {losses.Identity:0.000}, semantic {losses.Semantic:0.000}, discriminators {losses.Judges:0.000}."));

    private RuleViolationException Diverged(int iteration) => new(
        RuleKind.Unusable,
        "loss-diverged",
        $"The loss or the weights of translator {number} are no longer numbers at iteration {iteration}: lower translation.learningRate.");
}
