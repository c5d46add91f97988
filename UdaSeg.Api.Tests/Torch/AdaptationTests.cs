using TorchSharp;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.SelfTraining;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Stages;
using Xunit;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Torch;

/// <summary>Which images and labels each loss term of a stage sees, against loops over pixels. The network is in evaluation mode, so that images do not touch one another.</summary>
[Collection(nameof(TorchCollection))]
public sealed class AdaptationTests : IDisposable
{
    private const int Count = 2, Classes = 4, Side = 32, Pixels = Side * Side;

    private static readonly TrainingPlan Plan = TrainingPresets.Tiny with
    {
        BatchSize = Count,
        Crop = new PixelSize(Side, Side),
        Network = new NetworkSettings(Backbone.ResNet18, AsppChannels: 8, DecoderChannels: 8),
    };

    private readonly DeepLabV3Plus _network = NetworkFactory.Create(CheckpointArchitecture.Of(Plan.Network), Classes, 3, CPU);
    private readonly Batch _batch = MakeBatch();
    private readonly CategoryCenters _centers = Centers();

    public AdaptationTests() => _network.eval();

    public void Dispose() => _network.Dispose();

    [Fact]
    public void Each_term_is_the_mean_over_its_own_pixels()
    {
        Dictionary<string, double> terms = Losses(Plan, _batch);
        TargetBatch target = _batch.Target!;
        Assert.Equal(SlowCrossEntropy(_batch.Source, _batch.SourceLabels), terms["segSource"], 1e-5);
        Assert.Equal(SlowCrossEntropy(target.Plain, target.PseudoLabels), terms["segTarget"], 1e-5);
        Assert.Equal(SlowCrossEntropy(target.Jittered, target.PseudoLabels), terms["consistency"], 1e-5);
        Assert.Equal(SlowTriplet(_batch.Source, _batch.SourceLabels), terms["triplet"], 1e-5);
        Assert.Equal(terms["segSource"] + terms["segTarget"] + terms["consistency"] + terms["triplet"], terms["total"], 1e-5);
        Assert.Equal(4, terms.Values.Select(v => Math.Round(v, 6)).Where(v => v > 0).Distinct().Count() - 1); // no two terms see the same
    }

    [Fact]
    public void Target_images_may_come_as_bytes_and_be_normalised_where_they_are_used()
    {
        byte[] bytes = [.. Enumerable.Range(0, 3 * Count * Pixels).Select(i => (byte)((i * 37) % 251))];
        float[] planes = new float[bytes.Length];
        var input = new PixelInput(Normalisation.Of(Plan.Network.Normalisation));
        for (int i = 0; i < Count; i++) input.Planar(bytes.AsSpan(3 * i * Pixels, 3 * Pixels), planes.AsSpan(3 * i * Pixels, 3 * Pixels));
        TargetBatch target = _batch.Target!;
        Dictionary<string, double> due = Losses(Plan, _batch with { Target = target with { Plain = planes } });
        Dictionary<string, double> found = Losses(Plan, _batch with { Target = target with { Plain = [], PlainBytes = bytes } });
        foreach ((string term, double value) in due) Assert.Equal(value, found[term], 1e-4);
        Assert.NotEqual(Losses(Plan, _batch)["segTarget"], due["segTarget"], 1e-4);
    }

    [Fact]
    public void Consistency_looks_at_kept_pixels_only()
    {
        TargetBatch target = _batch.Target!;
        float[] changed = [.. target.Jittered];
        byte[] nothing = Enumerable.Repeat((byte)255, Count * Pixels).ToArray();
        Assert.Equal(0, Losses(Plan, _batch with { Target = target with { PseudoLabels = nothing } })["consistency"]);
        byte[] firstOnly = [.. target.PseudoLabels.Select((label, i) => i < Pixels ? label : (byte)255)];
        double before = Losses(Plan, _batch with { Target = target with { PseudoLabels = firstOnly } })["consistency"];
        changed.AsSpan(3 * Pixels).Fill(0.3f); // the second image, of which no pixel is kept
        double after = Losses(Plan, _batch with { Target = target with { PseudoLabels = firstOnly, Jittered = changed } })["consistency"];
        Assert.Equal(before, after, 1e-6);
        Assert.True(before > 0);
    }

    [Fact]
    public void Switches_leave_out_their_term_and_nothing_else()
    {
        Dictionary<string, double> all = Losses(Plan, _batch);
        Dictionary<string, double> withoutCtl = Losses(Plan with { Triplet = Plan.Triplet with { Enabled = false } }, _batch);
        Dictionary<string, double> withoutTcr = Losses(Plan with { Consistency = new ConsistencySettings(false) }, _batch);
        Assert.Equal(["consistency", "segSource", "segTarget", "total"], withoutCtl.Keys.Order());
        Assert.Equal(["segSource", "segTarget", "total", "triplet"], withoutTcr.Keys.Order());
        foreach (string name in new[] { "segSource", "segTarget" })
        {
            Assert.Equal(all[name], withoutCtl[name], 1e-6);
            Assert.Equal(all[name], withoutTcr[name], 1e-6);
        }
    }

    [Fact]
    public void Pseudo_labels_join_the_triplet_loss_when_asked()
    {
        double with = Losses(Plan with { Triplet = Plan.Triplet with { IncludePseudoLabels = true } }, _batch)["triplet"];
        TargetBatch target = _batch.Target!;
        double expected = SlowTriplet([.. _batch.Source, .. target.Plain], [.. _batch.SourceLabels, .. target.PseudoLabels]);
        Assert.Equal(expected, with, 1e-5);
        Assert.NotEqual(Losses(Plan, _batch)["triplet"], with, 1e-4);
    }

    [Fact]
    public void The_coarse_stage_learns_from_the_source_only()
    {
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, double> terms = CoarseAlignment.Losses(_network, Plan, _batch with { Target = null }, CPU).Values();
        Assert.Equal(["segSource", "total"], terms.Keys.Order());
        Assert.Equal(SlowCrossEntropy(_batch.Source, _batch.SourceLabels), terms["total"], 1e-5);
    }

    private Dictionary<string, double> Losses(TrainingPlan plan, Batch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        return new Adaptation(plan, _centers, CPU).Losses(_network, batch).Values();
    }

    /// <summary>Image by image through the network, pixel by pixel through the definition.</summary>
    private double SlowCrossEntropy(float[] images, byte[] labels)
    {
        double sum = 0;
        int valid = 0;
        for (int image = 0; image < Count; image++)
        {
            using DisposeScope scope = NewDisposeScope();
            (Tensor coarse, _) = _network.call(Image(images, image));
            float[] logits = DeepLabV3Plus.Resize(coarse, Side, Side).contiguous().data<float>().ToArray();
            for (int p = 0; p < Pixels; p++)
            {
                byte label = labels[(image * Pixels) + p];
                if (label == 255) continue;
                double[] z = [.. Enumerable.Range(0, Classes).Select(c => (double)logits[(c * Pixels) + p])];
                sum += Math.Log(z.Sum(Math.Exp)) - z[label];
                valid++;
            }
        }

        return sum / valid;
    }

    private double SlowTriplet(float[] images, byte[] labels)
    {
        const int side = Side / 4, dimensions = 8;
        double sum = 0;
        int valid = 0;
        for (int image = 0; image < labels.Length / Pixels; image++)
        {
            using DisposeScope scope = NewDisposeScope();
            (_, Tensor output) = _network.call(Image(images, image));
            Assert.Equal([1, dimensions, side, side], output.shape);
            float[] features = output.contiguous().data<float>().ToArray();
            for (int p = 0; p < side * side; p++)
            {
                byte label = labels[(image * Pixels) + (p / side * 4 * Side) + (p % side * 4)];
                if (label == 255 || _centers.Centers[label] is null) continue;
                double[] x = [.. Enumerable.Range(0, dimensions).Select(d => (double)features[(d * side * side) + p])];
                double norm = Math.Max(1e-12, Math.Sqrt(x.Sum(v => v * v)));
                double Distance(float[] f) => Math.Sqrt(Math.Max(2 - (2 * x.Zip(f, (v, w) => v / norm * w).Sum()), 1e-8));
                double nearest = _centers.Centers.Where((f, c) => f is not null && c != label).Min(f => Distance(f!));
                sum += Math.Max(Distance(_centers.Centers[label]!) - nearest + 0.2, 0);
                valid++;
            }
        }

        return sum / valid;
    }

    private static Tensor Image(float[] images, int index) => from_array(images.AsSpan(index * 3 * Pixels, 3 * Pixels).ToArray()).reshape(1, 3, Side, Side);

    private static Batch MakeBatch()
    {
        float[] Images(int slot) => [.. Enumerable.Range(0, Count * 3 * Pixels).Select(i => (float)(4 * RandomSource.Unit(7, 0, i, slot, DrawPurpose.Jitter)) - 2)];
        byte[] Labels(int slot, int ignoreEvery) =>
            [.. Enumerable.Range(0, Count * Pixels).Select(i => i % ignoreEvery == 0 ? (byte)255 : (byte)RandomSource.Below(Classes, 7, 0, i, slot, DrawPurpose.Flip))];
        return new Batch(0, Images(0), Labels(0, 5), new TargetBatch(Images(1), Images(2), Labels(1, 3), 2 / 3.0));
    }

    /// <summary>Class 3 has none.</summary>
    private static CategoryCenters Centers()
    {
        var sums = new CategoryCenterSums(Classes, 8);
        for (int c = 0; c < 3; c++) sums.Add([.. Enumerable.Range(0, 8).Select(d => (float)RandomSource.Unit(8, 0, d, c, DrawPurpose.Jitter))], c);
        return sums.Build();
    }
}
