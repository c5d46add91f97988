using TorchSharp;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.SelfTraining;
using UdaSeg.Infrastructure.Torch.Data;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch.Stages;

/// <summary>f_c (eq. 3): one evaluation-mode pass of T_{i−1} over the aligned source M′, labels at stride 4, sums in float64 (method, section 6).</summary>
internal static class CategoryCenterEstimation
{
    public static CategoryCenters Run(StageContext context, int stage)
    {
        int images = Math.Min(context.Source.Count, context.Plan.Centers.MaxImages ?? int.MaxValue);
        var sums = new CategoryCenterSums(context.Classes, context.Plan.Network.DecoderChannels);
        var alignment = new SourceAlignment(context.Plan, context.Source, context.Target);
        context.Network.eval();
        for (int m = 0; m < images; m++)
        {
            context.Report(stage, context.Before(stage), "centers", m, images);
            RgbImage aligned = alignment.Whole(m, new SampleKey(context.Plan.Seed, stage, m, SourceAlignment.WholeImageSlot));
            Accumulate(context, aligned, context.Source.Labels(m), sums);
        }

        return sums.Build();
    }

    private static void Accumulate(StageContext context, RgbImage image, LabelMap labels, CategoryCenterSums sums)
    {
        using DisposeScope scope = NewDisposeScope();
        using var mode = inference_mode();
        (Tensor logits, Tensor features) = context.Network.call(ImageTensors.Whole(image, Normalisation.Of(context.Plan.Network.Normalisation), context.Device));
        Tensor truth = LabelTensors.AtStrideFour(LabelTensors.Of(labels.Labels, 1, labels.Height, labels.Width, context.Device)).flatten();  // [h·w]
        if (context.Plan.Centers.CorrectOnly)
        {
            Tensor correct = logits.argmax(1).flatten().eq(truth);
            truth = truth.where(correct, full_like(truth, LabelMap.Ignore));
        }

        // Class indices above C − 1 (255) fall into a column of their own, which is dropped.
        Tensor oneHot = zeros(truth.shape[0], LabelMap.Ignore + 1, ScalarType.Float64, context.Device).scatter_(1, truth.unsqueeze(1), ones(truth.shape[0], 1, ScalarType.Float64, context.Device));
        oneHot = oneHot.narrow(1, 0, context.Classes);                                                            // [h·w, C]
        Tensor flat = features.permute(0, 2, 3, 1).reshape(truth.shape[0], -1).to(ScalarType.Float64);            // [h·w, D]
        Tensor byClass = oneHot.t().mm(flat).contiguous();                                                        // [C, D]
        sums.Add(byClass.cpu().data<double>().ToArray(), oneHot.sum([0L]).to(ScalarType.Int64).cpu().data<long>().ToArray());
    }
}
