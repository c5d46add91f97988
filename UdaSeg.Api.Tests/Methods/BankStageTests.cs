using TorchSharp;
using UdaSeg.Api.Tests.Torch;
using UdaSeg.Domain.Training;
using UdaSeg.Domain.Training.Methods;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Methods.Dtst;
using UdaSeg.Infrastructure.Torch.Methods.Shared;
using UdaSeg.Infrastructure.Torch.Stages;
using Xunit;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Methods;

/// <summary>DTST's banks, with queues and loops beside them.</summary>
[Collection(nameof(TorchCollection))]
public sealed class BankStageTests : IDisposable
{
    private const int StuffBank = 5, ThingBank = 7, Instances = 2, Iterations = 8;

    private static readonly string[] Things = ["pole", "sign", "car", "person"];

    private static readonly bool[] IsThing = [.. Support.SceneFolder.Space.Classes.Select(c => Things.Contains(c.Name))];

    private readonly StageFixture _run = new();
    private readonly Queue<double[]>[] _banks = [.. Enumerable.Range(0, StageFixture.Classes).Select(_ => new Queue<double[]>())];
    private readonly HashSet<int> _full = [];
    private int _refused;

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData(0, 0.5, 0.25)]
    [InlineData(1, 0.125, 0.125)]
    public void Stuff_by_class_and_things_by_instance_are_drawn_to_the_nearest_of_what_the_source_showed(int stage, double stuffWeight, double thingWeight)
    {
        StageContext context = _run.Context(TrainingMethod.Dtst, plan => plan with { Dtst = new DtstSettings(0.5, 0.25, 0.125, StuffBank, ThingBank, Instances) });
        using var objective = new BankStage(context, stage, null);
        _run.Network.train(); // with dropout, or the classifier could not disagree with the pixels that it pools
        var found = new List<(double Stuff, double Things)>();
        for (int i = 0; i < Iterations; i++)
        {
            Batch batch = Labelled(i, out Seen[] source, out Seen[] target);
            random.manual_seed(i);
            Dictionary<string, double> terms = StageFixture.Terms(objective, _run.Network, batch);
            for (int b = 0; b < StageFixture.Count; b++) Remember(source[b], Slow.Right(source[b].Coarse, Slow.AtStrideFour(batch.SourceLabels, b)));
            Assert.Equal(stuffWeight * Distance(target, things: false), terms["stuff"], 1e-4);
            Assert.Equal(thingWeight * Distance(target, things: true), terms["things"], 1e-4);
            Assert.Equal(["adversarial", "segSource", "stuff", "things", "total"], terms.Keys.Order());
            found.Add((terms["stuff"], terms["things"]));
        }

        Assert.Equal((0, 0), found[0]); // no bank is full yet
        Assert.True(found.Count(f => f.Stuff > 0) >= 2 && found.Count(f => f.Things > 0) >= 2, string.Join(" ", found));
        Assert.True(_refused > 0);
        CheckState(objective.State);
    }

    /// <summary>A batch of which the network says most of what its labels say; where it does, and where not, is known beforehand by the seed of its dropout.</summary>
    private Batch Labelled(int iteration, out Seen[] source, out Seen[] target)
    {
        Batch batch = StageFixture.Blocks(iteration);
        using DisposeScope scope = NewDisposeScope();
        using var mode = no_grad();
        random.manual_seed(iteration);
        DomainOutputs outputs = new TwoDomains(StageFixture.Plan, CPU).Run(_run.Network, batch);
        Seen[][] seen = Slow.Look(outputs);
        (source, target) = (seen[0], seen[1]);
        Array.Fill(batch.SourceLabels, (byte)255);
        for (int i = 0; i < StageFixture.Count * StageFixture.CoarsePixels; i++)
        {
            int image = i / StageFixture.CoarsePixels, p = i % StageFixture.CoarsePixels;
            int said = Slow.ArgMax(source[image].Coarse, p), y = p / StageFixture.CoarseWidth * 4, x = p % StageFixture.CoarseWidth * 4;
            int at = (image * StageFixture.Pixels) + (y * StageFixture.Width) + x;
            batch.SourceLabels[at] = (byte)(RandomSource.Below(3, 1, 0, i, iteration, DrawPurpose.Flip) == 0 ? (said + 1) % StageFixture.Classes : said);
        }

        return batch;
    }

    private void Remember(Seen seen, int[] right)
    {
        foreach ((int label, double[] feature) in Pool(seen, right))
        {
            if (Says(feature) != label)
            {
                _refused++;
                continue;
            }

            int size = IsThing[label] ? ThingBank : StuffBank;
            _banks[label].Enqueue(feature);
            if (_banks[label].Count > size) _banks[label].Dequeue();
            if (_banks[label].Count == size) _full.Add(label);
        }
    }

    private static IEnumerable<(int Label, double[] Feature)> Pool(Seen seen, int[] labels)
    {
        long[] map = Array.ConvertAll(labels, l => (long)l);
        for (int label = 0; label < StageFixture.Classes; label++)
        {
            int[] members = [.. Enumerable.Range(0, labels.Length).Where(p => labels[p] == label)];
            if (members.Length == 0) continue;
            IEnumerable<int[]> regions = IsThing[label] ? Regions.Largest(map, StageFixture.CoarseWidth, label, Instances) : [members];
            foreach (int[] region in regions) yield return (label, Slow.Mean(seen.Features, region));
        }
    }

    private int Says(double[] feature)
    {
        using DisposeScope scope = NewDisposeScope();
        float[] weights = _run.Network.classifier.weight.detach().contiguous().data<float>().ToArray();
        float[] bias = _run.Network.classifier.bias!.detach().data<float>().ToArray();
        double[] logits = [.. bias.Select((b, c) => b + feature.Select((x, d) => x * weights[(c * StageFixture.Dimensions) + d]).Sum())];
        return Array.IndexOf(logits, logits.Max());
    }

    private double Distance(Seen[] target, bool things)
    {
        double sum = 0;
        int[] Predicted(Seen seen) => [.. Enumerable.Range(0, StageFixture.CoarsePixels).Select(p => Slow.ArgMax(seen.Coarse, p))];
        (int Label, double[] Feature)[] pooled = [.. target.SelectMany(s => Pool(s, Predicted(s)))];
        for (int label = 0; label < StageFixture.Classes; label++)
        {
            double[][] own = [.. pooled.Where(p => p.Label == label).Select(p => p.Feature)];
            if (IsThing[label] != things || own.Length == 0 || !_full.Contains(label)) continue;
            sum += own.Average(f => _banks[label].Min(known => known.Zip(f).Average(v => Math.Abs(v.First - v.Second))));
        }

        return sum;
    }

    /// <summary>What is stored with the run is the banks and the discriminator.</summary>
    private void CheckState(IReadOnlyDictionary<string, Tensor> state)
    {
        foreach (bool things in new[] { false, true })
        {
            string name = things ? "things" : "stuff";
            int size = things ? ThingBank : StuffBank;
            float[] features = state[$"{name}.features"].contiguous().data<float>().ToArray(), added = state[$"{name}.added"].data<float>().ToArray();
            for (int c = 0; c < StageFixture.Classes; c++)
            {
                if (IsThing[c] != things) Assert.Equal(0, added[c]);
                if (IsThing[c] != things || !_full.Contains(c)) continue;
                double[] firsts = [.. Enumerable.Range(0, size).Select(n => (double)features[((c * size) + n) * StageFixture.Dimensions]).Order()];
                Assert.All(_banks[c].Select(f => f[0]).Order().Zip(firsts), v => Assert.Equal(v.First, v.Second, 1e-4));
            }
        }

        Assert.Contains("output.layers.0.weight", state.Keys);
        Assert.Equal(34, state.Count); // both banks, ten parameters and two moments of each
    }
}
