using UdaSeg.Domain.Ports;
using UdaSeg.Domain.SelfTraining;

namespace UdaSeg.Infrastructure.Torch.Stages;

/// <summary>What T_{i−1} contributed to stage i, stored whole: enough to answer another p or P_h without running the network.</summary>
/// <param name="Thresholds">t_c.</param>
/// <param name="Histogram">Confidences of the target's pixels by predicted class.</param>
/// <param name="Centers">f_c.</param>
internal sealed record StagePreparation(double[] Thresholds, ConfidenceHistogramRecord Histogram, CategoryCenters Centers)
{
    public StageSummary Summary(int stage, string key)
    {
        KeptShare kept = ConfidenceHistogram.FromRecord(Histogram).Kept(Thresholds); // a method may choose by another rule than the plan's
        double pixels = Math.Max(1, kept.Pixels.Sum());
        return new StageSummary(
            stage,
            Thresholds,
            kept.Total,
            [.. kept.PerClass.Select(share => share ?? 0)],
            [.. kept.Pixels.Select(count => count / pixels)],
            Centers.Distances(),
            key);
    }
}
