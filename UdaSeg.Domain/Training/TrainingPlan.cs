using System.Text.Json.Serialization;
using UdaSeg.Domain.Photometry;
using UdaSeg.Domain.SelfTraining;
using UdaSeg.Domain.Training.Methods;

namespace UdaSeg.Domain.Training;

/// <summary>Everything that decides what a run computes, with the paper's values as defaults (method, sections 1 to 7). Stored whole with the run.</summary>
public sealed record TrainingPlan
{
    /// <summary>Every random draw derives from it.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>How the run adapts.</summary>
    public TrainingMethod Method { get; init; }

    /// <summary>K: adaptation stages after the coarse one; 0 trains T0 only.</summary>
    public int Stages { get; init; } = 6;

    /// <summary>Iterations of stage 0; 0: T0 is the whole checkpoint that <see cref="NetworkSettings.Pretrained"/> names.</summary>
    public int CoarseIterations { get; init; } = 20_000;

    /// <summary>U: iterations of each stage 1..K.</summary>
    public int StageIterations { get; init; } = 20_000;

    /// <summary>Images a domain and iteration.</summary>
    public int BatchSize { get; init; } = 4;

    /// <summary>How source samples are drawn from several sets.</summary>
    public SourceSampling SourceSampling { get; init; } = SourceSampling.Balanced;

    public BaseSizes BaseSize { get; init; } = new();

    public ScaleSettings Scale { get; init; } = new();

    public PixelSize Crop { get; init; } = new(896, 512);

    /// <summary>Probability of a horizontal flip.</summary>
    public double Flip { get; init; } = 0.5;

    public NetworkSettings Network { get; init; } = new();

    public AlignmentSettings Alignment { get; init; } = new();

    public JitterSettings Jitter { get; init; } = new();

    public PseudoLabelSettings PseudoLabels { get; init; } = new();

    public CenterSettings Centers { get; init; } = new();

    public TripletSettings Triplet { get; init; } = new();

    public ConsistencySettings Consistency { get; init; } = new();

    public OptimizerSettings Optimizer { get; init; } = new();

    /// <summary>Of the methods <c>cag</c> (stage 0), <c>ida</c>, <c>fada</c>, <c>dtst</c> and <c>bdl</c>.</summary>
    public AdversarialSettings Adversarial { get; init; } = new();

    public FdaSettings Fda { get; init; } = new();

    public CagSettings Cag { get; init; } = new();

    public FadaSettings Fada { get; init; } = new();

    public IdaSettings Ida { get; init; } = new();

    public DtstSettings Dtst { get; init; } = new();

    /// <summary>Who labels target crops while a stage trains on pseudo-labels; off in the paper.</summary>
    public TeacherSettings Teacher { get; init; } = new();

    /// <summary>Source objects pasted into target crops; off in the paper.</summary>
    public ClassMixSettings ClassMix { get; init; } = new();

    /// <summary>Which source images are drawn more often; off in the paper.</summary>
    public RareClassSettings RareClasses { get; init; } = new();

    /// <summary>Iterations between resumable checkpoints within a stage; a stage's end always writes one.</summary>
    public int CheckpointEvery { get; init; } = 1000;

    /// <summary>So many of the newest resumable checkpoints are kept while the run lasts; each stage's model always is.</summary>
    public int KeepCheckpoints { get; init; } = 2;

    /// <summary>Iterations between evaluations within a stage; 0: at each stage's end only. Needs an evaluation set.</summary>
    public int EvaluateEvery { get; init; }

    /// <summary>Which iteration's model a stage hands on.</summary>
    public ModelSelection Selection { get; init; } = ModelSelection.Last;

    /// <summary>Label-free signals at each stage's end.</summary>
    public QualitySettings Quality { get; init; } = new();

    /// <summary>Precision and memory layout. A plan stored before there was a choice has none: its values are the defaults.</summary>
    public ComputeSettings Compute { get; init; } = new();

    /// <summary><c>auto</c>, <c>cpu</c> or <c>cuda</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Over all stages.</summary>
    [JsonIgnore]
    public long TotalIterations => IterationsBefore(Stages + 1);

    /// <summary>Of all stages before this one.</summary>
    public long IterationsBefore(int stage) => Enumerable.Range(0, stage).Sum(s => (long)IterationsOf(s));

    public int IterationsOf(int stage) => IsFresh(stage) ? CoarseIterations : StageIterations;

    /// <summary>Base learning rate of a stage.</summary>
    public double LearningRateOf(int stage) => IsFresh(stage) ? Optimizer.CoarseLearningRate : Optimizer.StageLearningRate;

    private bool IsFresh(int stage) => stage == 0 || MethodShape.BeginsAnew(Method, stage);
}
