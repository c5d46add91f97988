using UdaSeg.Domain.Photometry;

namespace UdaSeg.Domain.Training.Methods;

/// <summary>What a method asks of a plan before anything is overridden: its number of stages, and parts of the paper's method that it goes without.</summary>
public static class MethodShape
{
    /// <summary>Bands that FDA trains before it teaches itself.</summary>
    public const int FdaBands = 3;

    /// <summary>Stages 1..K that a method has at least.</summary>
    public static int LeastStages(TrainingMethod method) => method switch
    {
        TrainingMethod.Fda => FdaBands - 1,
        TrainingMethod.Fada => 2,
        TrainingMethod.Cag or TrainingMethod.Ida or TrainingMethod.Dtst or TrainingMethod.Bdl => 1,
        _ => 0,
    };

    /// <summary>Stages 1..K that a method has at most; null: as many as the plan says.</summary>
    public static int? MostStages(TrainingMethod method) => method switch
    {
        TrainingMethod.SourceOnly => 0,
        TrainingMethod.Fada => 2,
        TrainingMethod.Ida => 1,
        _ => null,
    };

    /// <summary>
    /// Whether a stage begins with the run's initial weights, whatever the stage before has learnt. It then trains as long and as fast as stage 0 does: each of FDA's
    /// models and each student of a distillation is a model of its own.
    /// </summary>
    public static bool BeginsAnew(TrainingMethod method, int stage) => stage > 0 && method switch
    {
        TrainingMethod.Fda => stage < FdaBands,
        TrainingMethod.Fada => stage == 2,
        TrainingMethod.Ida => stage == 1,
        _ => false,
    };

    /// <summary>Batches of images (each of the plan's batch size) that an iteration sends through the network.</summary>
    public static int Passes(this TrainingPlan plan, int stage)
    {
        int teacher = plan.Teacher.Ema && plan.Method.HasPseudoLabels(stage) ? 1 : 0;
        return teacher + plan.Method switch
        {
            TrainingMethod.Cag => stage == 0 ? 2 : 3, // the target once more through the teacher
            TrainingMethod.Fada => stage == 1 ? 2 : 1,
            TrainingMethod.Fda or TrainingMethod.Ida or TrainingMethod.Dtst or TrainingMethod.Bdl => 2,
            _ => stage == 0 ? 1 : plan.Consistency.Enabled ? 3 : 2,
        };
    }

    /// <summary>Whether target images of a stage come with stored pseudo-labels.</summary>
    public static bool HasPseudoLabels(this TrainingMethod method, int stage) => method switch
    {
        TrainingMethod.CoarseToFine or TrainingMethod.Dtst or TrainingMethod.Bdl => stage > 0,
        TrainingMethod.Fda => stage >= FdaBands,
        _ => false,
    };

    /// <summary>A preset as the method would have it. The paper's own parts (GPA, τ) are off for the others: each brings its own, and options may switch them on.</summary>
    public static TrainingPlan Shaped(this TrainingPlan preset, TrainingMethod method)
    {
        if (method == TrainingMethod.CoarseToFine) return preset with { Method = method };
        int stages = method switch
        {
            TrainingMethod.Fda => FdaBands,
            TrainingMethod.Cag => 3,
            TrainingMethod.Dtst => 1,
            TrainingMethod.Bdl => 2,
            _ => LeastStages(method),
        };
        return preset with
        {
            Method = method,
            Stages = stages,
            Alignment = preset.Alignment with { Scheme = AlignmentScheme.None },
            Jitter = preset.Jitter with { Enabled = false },
            PseudoLabels = method is TrainingMethod.Bdl or TrainingMethod.Dtst ? preset.PseudoLabels with { Percent = 50 } : preset.PseudoLabels,
        };
    }
}
