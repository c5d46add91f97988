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
    /// A preset as the method would have it. The paper's own parts (GPA, τ) are off for the others: each brings its own, and options may switch them on. BDL and
    /// DTST see translated images.
    /// </summary>
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
        bool translates = method is TrainingMethod.Bdl or TrainingMethod.Dtst;
        return preset with
        {
            Method = method,
            Stages = stages,
            Alignment = preset.Alignment with { Scheme = translates ? AlignmentScheme.Gan : AlignmentScheme.None },
            Jitter = preset.Jitter with { Enabled = false },
            PseudoLabels = translates ? preset.PseudoLabels with { Percent = 50 } : preset.PseudoLabels,
        };
    }
}
