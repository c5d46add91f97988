using UdaSeg.Domain.Images;
using UdaSeg.Domain.Training;
using UdaSeg.Domain.Training.Methods;

namespace UdaSeg.Infrastructure.Torch.Data;

/// <summary>ClassMix between domains: see <see cref="ClassMixSettings"/>. Each target crop takes classes from the source crop of its slot.</summary>
internal static class ClassMixing
{
    /// <param name="batch">With target images as floats; changed in place.</param>
    /// <param name="plan">Seed and share.</param>
    /// <param name="stage">1..K.</param>
    /// <returns>The batch, its kept share counted anew.</returns>
    public static Batch Apply(Batch batch, TrainingPlan plan, int stage)
    {
        TargetBatch target = batch.Target ?? throw new InvalidOperationException("Classes are mixed into target images.");
        int pixels = plan.Crop.Width * plan.Crop.Height;
        for (int slot = 0; slot < plan.BatchSize; slot++)
        {
            ReadOnlySpan<byte> labels = batch.SourceLabels.AsSpan(slot * pixels, pixels);
            bool[] taken = Draw(labels, plan.ClassMix.Share, new SampleKey(plan.Seed, stage, batch.Iteration, slot).Sequence(DrawPurpose.ClassMix));
            for (int p = 0; p < pixels; p++)
            {
                if (!taken[labels[p]]) continue;
                target.PseudoLabels[(slot * pixels) + p] = labels[p];
                for (int channel = 0; channel < 3; channel++)
                {
                    int at = (((slot * 3) + channel) * pixels) + p;
                    target.Plain[at] = target.Jittered[at] = batch.Source[at];
                }
            }
        }

        return batch with { Target = target with { KeptShare = TargetBatch.ShareOf(target.PseudoLabels) } };
    }

    /// <summary>The share of the classes that the labels have, rounded up, without repetition; never the pixels without a label.</summary>
    internal static bool[] Draw(ReadOnlySpan<byte> labels, double share, DrawSequence draws)
    {
        var present = new bool[LabelMap.Ignore + 1];
        foreach (byte label in labels) present[label] = true;
        int[] classes = [.. Enumerable.Range(0, LabelMap.Ignore).Where(c => present[c])];
        var taken = new bool[LabelMap.Ignore + 1];
        int count = (int)Math.Ceiling(share * classes.Length);
        for (int i = 0; i < count; i++)
        {
            int other = i + draws.NextBelow(classes.Length - i);
            (classes[i], classes[other]) = (classes[other], classes[i]);
            taken[classes[i]] = true;
        }

        return taken;
    }
}
