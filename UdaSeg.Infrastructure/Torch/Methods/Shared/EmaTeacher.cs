using TorchSharp;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.SelfTraining;
using UdaSeg.Domain.Training.Methods;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Stages;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch.Methods.Shared;

/// <summary>The moving average of the network that labels target crops: see <see cref="TeacherSettings"/>.</summary>
internal sealed class EmaTeacher : IDisposable
{
    private readonly StageContext _context;
    private readonly DeepLabV3Plus _teacher;
    private readonly ClassThresholds _thresholds;
    private readonly TwoDomains _domains;

    /// <param name="context">The run; its network is where the average begins.</param>
    /// <param name="thresholds">t_c of the stage's stored pseudo-labels.</param>
    public EmaTeacher(StageContext context, ClassThresholds thresholds)
    {
        (_context, _thresholds) = (context, thresholds);
        _domains = new TwoDomains(context.Plan, context.Device);
        _teacher = NetworkFactory.Create(
            CheckpointArchitecture.Of(context.Plan.Network), context.Classes, context.Plan.Seed, context.Device, context.Plan.Compute.ChannelsLast);
        foreach (TorchSharp.Modules.Parameter parameter in _teacher.parameters()) parameter.requires_grad = false;
        _teacher.eval();
        Average(0);
    }

    /// <summary>Part of a stage's resumable state.</summary>
    public IReadOnlyDictionary<string, Tensor> State => NetworkState.Of(_teacher);

    /// <summary>Labels the batch's target crops in place of what was stored.</summary>
    public Batch Label(Batch batch)
    {
        TargetBatch target = batch.Target!;
        using DisposeScope scope = NewDisposeScope();
        using var mode = no_grad();
        (Tensor logits, _) = TrainingPass.Run(_teacher, _context.Plan.Compute, _domains.TargetImages(batch));
        Tensor probabilities = nn.functional.softmax(DeepLabV3Plus.Resize(logits, _context.Plan.Crop.Height, _context.Plan.Crop.Width), 1);
        (Tensor confidence, Tensor label) = probabilities.max(1);
        label.to(ScalarType.Byte).cpu().contiguous().data<byte>().CopyTo(target.PseudoLabels);
        float[] confidences = confidence.cpu().contiguous().data<float>().ToArray();
        _thresholds.Apply(target.PseudoLabels, confidences);
        return batch with { Target = target with { KeptShare = TargetBatch.ShareOf(target.PseudoLabels) } };
    }

    /// <summary>After the network's step.</summary>
    /// <param name="iteration">Within the stage, from 0.</param>
    public void Follow(int iteration) => Average(Math.Min(_context.Plan.Teacher.Decay, 1 - (1.0 / (iteration + 1))));

    public void Dispose() => _teacher.Dispose();

    private void Average(double decay)
    {
        using DisposeScope scope = NewDisposeScope();
        using var mode = no_grad();
        using Scalar keep = (float)decay, take = (float)(1 - decay);
        SortedDictionary<string, Tensor> student = NetworkState.Of(_context.Network);
        foreach ((string name, Tensor mean) in NetworkState.Of(_teacher)) mean.mul_(keep).add_(student[name], take);
    }
}
