using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Stages;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch;

/// <summary>Measures a published checkpoint, on images of the size that its run measured it on.</summary>
internal sealed class TorchEvaluator(IArtifactStore artifacts, IImageCodec codec) : IEvaluator
{
    public EvaluationReport Evaluate(EvaluationJob job, IProgress<double>? progress, CancellationToken cancel)
    {
        Device device = TorchRuntime.DeviceOf("auto");
        CheckpointManifest manifest = job.Checkpoint.Manifest;
        using DeepLabV3Plus network = CheckpointLoading.Load(job.Checkpoint, artifacts, device);
        var worst = new WorstPredictions(job.LabelSpace);
        EvaluationReport report = Evaluating.Run(
            new Inference(network, manifest.Normalisation, device),
            new SampleStore(job.Samples, manifest.BaseSize, job.LabelSpace.Count, codec, budget: 0),
            job.LabelSpace,
            manifest.LabelSpace,
            job.Options,
            (done, count) =>
            {
                cancel.ThrowIfCancellationRequested();
                progress?.Report((double)done / count);
            },
            worst);
        artifacts.Write(KeptPredictions.KeyOf(job.Evaluation), worst.WriteTo);
        return report with { Selection = manifest.Selection };
    }
}
