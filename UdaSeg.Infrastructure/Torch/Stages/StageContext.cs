using TorchSharp;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Network;

namespace UdaSeg.Infrastructure.Torch.Stages;

/// <summary>What every stage of one run shares.</summary>
internal sealed record StageContext(
    TrainingJob Job,
    DeepLabV3Plus Network,
    torch.Device Device,
    ISamples Source,
    SampleStore Target,
    SampleStore Evaluation,
    RunArtifacts Artifacts,
    IRunJournal Journal,
    RunClock Clock,
    CancellationToken Cancel)
{
    public TrainingPlan Plan => Job.Plan;

    /// <summary>Gives the network the weights that the run began with.</summary>
    public Action Reset { get; init; } = static () => throw new InvalidOperationException("There are no initial weights to go back to.");

    /// <summary>Of translated images.</summary>
    public IImageCodec Codec { get; init; } = new SkiaImageCodec();

    public int Classes => Job.LabelSpace.Count;

    /// <summary>Iterations of all stages before this one.</summary>
    public long Before(int stage) => Plan.IterationsBefore(stage);

    public Inference NewInference() => NewInference(Network);

    public Inference NewInference(DeepLabV3Plus network) => new(network, Domain.Checkpoints.Normalisation.Of(Plan.Network.Normalisation), Device);

    /// <summary>Progress of a phase that is not training.</summary>
    public void Report(int stage, long iteration, string phase, int done, int count)
    {
        Cancel.ThrowIfCancellationRequested();
        Journal.Progress(new RunProgress(stage, iteration, Plan.TotalIterations, phase, (double)done / count, null, null, Clock.EtaSeconds(Plan, stage, iteration)));
    }
}
