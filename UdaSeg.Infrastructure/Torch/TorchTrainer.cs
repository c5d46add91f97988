using TorchSharp;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Safetensors;
using UdaSeg.Infrastructure.Torch.Stages;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch;

/// <summary>Sets a run up and hands it to the pipeline. One run at a time in a process.</summary>
internal sealed class TorchTrainer(IImageCodec codec, IWeightSource weights, TimeProvider clock) : ITrainer
{
    public void Train(TrainingJob job, IArtifactStore outputs, IRunJournal journal, CancellationToken cancel)
    {
        if (job.Source.Count == 0 || job.Target.Count == 0)
        {
            throw new RuleViolationException(RuleKind.Unusable, "dataset-empty", "A run needs at least one labelled source image and one target image.");
        }

        TrainingPlan plan = job.Plan;
        Device device = TorchRuntime.DeviceOf(plan.Device);
        Prepare(plan.Compute, device, journal);
        using DeepLabV3Plus network = Initial(job, device);
        int classes = job.LabelSpace.Count;
        var context = new StageContext(
            job,
            network,
            device,
            new SampleStore(job.Source, plan.BaseSize.Source, classes, codec),
            new SampleStore(job.Target, plan.BaseSize.Target, classes, codec),
            new SampleStore(job.Evaluation, plan.BaseSize.Target, classes, codec, budget: 0),
            new RunArtifacts(outputs, job.RunId),
            journal,
            new RunClock(),
            cancel)
        {
            Reset = () =>
            {
                using DeepLabV3Plus fresh = Initial(job, device);
                NetworkWeights.Restore(NetworkState.Of(network), NetworkWeights.Capture(NetworkState.Of(fresh)));
            },
        };
        new PipelineRunner(context, new CheckpointPublisher(context, clock)).Run();
    }

    private DeepLabV3Plus Initial(TrainingJob job, Device device)
    {
        TrainingPlan plan = job.Plan;
        DeepLabV3Plus network = NetworkFactory.Create(CheckpointArchitecture.Of(plan.Network), job.LabelSpace.Count, plan.Seed, device, plan.Compute.ChannelsLast);
        if (plan.Network.Pretrained is { } pretrained) LoadPretrained(network, pretrained, needsHead: plan.CoarseIterations == 0);
        return network;
    }

    private static void Prepare(ComputeSettings compute, Device device, IRunJournal journal)
    {
        if (device.type == DeviceType.CUDA)
        {
            backends.cuda.matmul.allow_tf32 = compute.Tf32;
            backends.cudnn.allow_tf32 = compute.Tf32;
        }
        else if (compute.Precision == Precision.BFloat16 && BFloat16Speed.Warning(BFloat16Speed.Ratio()) is { } slow)
        {
            journal.Log(slow);
        }
    }

    /// <summary>A whole checkpoint when the file has a head of this network, else a backbone.</summary>
    private void LoadPretrained(DeepLabV3Plus network, string pretrained, bool needsHead)
    {
        using Stream file = weights.Open(pretrained);
        IReadOnlyList<TensorEntry> entries = SafetensorsReader.Read(file);
        SortedDictionary<string, Tensor> state = NetworkState.Of(network);
        if (entries.Any(e => e.Name.StartsWith("aspp.", StringComparison.Ordinal))) NetworkWeights.Restore(state, entries);
        else if (needsHead) throw new RuleViolationException(RuleKind.Unusable, "weights-mismatch", "Without coarse iterations network.pretrained must be a whole checkpoint, not a backbone.");
        else NetworkWeights.RestoreBackbone(state, entries);
    }
}
