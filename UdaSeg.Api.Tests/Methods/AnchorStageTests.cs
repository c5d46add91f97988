using TorchSharp;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Api.Tests.Torch;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Photometry;
using UdaSeg.Domain.Training.Methods;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Methods.Cag;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Stages;
using Xunit;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Methods;

/// <summary>CAG's anchors and its objective, against loops over pixels.</summary>
[Collection(nameof(TorchCollection))]
public sealed class AnchorStageTests : IDisposable
{
    private const int TeacherSeed = 21;

    private readonly StageFixture _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void Every_term_is_what_the_definition_says()
    {
        const int least = 3;
        Batch batch = StageFixture.Blocks();
        using DeepLabV3Plus teacher = TinyNetwork.Create(TeacherSeed);
        teacher.eval();
        Seen[] source = Slow.Look(_run.Network, batch.Source), target = Slow.Look(_run.Network, batch.Target!.Plain), taught = Slow.Look(teacher, batch.Target.Plain);
        double[]?[] anchors = ChooseAnchors(taught);
        int[] pixels = [.. Enumerable.Range(0, StageFixture.CoarsePixels)];
        double margin = Between(taught.SelectMany(s => pixels.Select(p => Ranked(s, p, anchors)).Select(r => r[1].Distance - r[0].Distance)));
        double sure = Between(taught.SelectMany(s => pixels.Select(p => Slow.SoftMax(s.Coarse, p).Max())));
        StageContext context = _run.Context(
            TrainingMethod.Cag, plan => plan with { Cag = new CagSettings(margin, sure, DistanceWeight: 0.3, LeastPixels: least) });
        _run.Publish(1, TeacherSeed);
        using var objective = new AnchorStage(context, 2, new Anchors([.. anchors.Select(a => a is null ? null : Array.ConvertAll(a, v => (float)v))]));
        Dictionary<string, double> terms = StageFixture.Terms(objective, _run.Network, batch);

        int Nearest((double Distance, int Class)[] ranked) => ranked[1].Distance - ranked[0].Distance >= margin ? ranked[0].Class : 255;
        int[][] byAnchor = [.. taught.Select(s => pixels.Select(p => Nearest(Ranked(s, p, anchors))).ToArray())];
        int[][] byProbability = [.. taught.Select(s => pixels.Select(p => Slow.SoftMax(s.Coarse, p).Max() > sure ? Slow.ArgMax(s.Coarse, p) : 255).ToArray())];
        int[][] truth = [.. Enumerable.Range(0, StageFixture.Count).Select(i => Slow.AtStrideFour(batch.SourceLabels, i))];
        double[][][] coarse = [.. target.Select(s => s.Coarse)];
        Assert.Equal(Slow.CrossEntropy(source, batch.SourceLabels), terms["segSource"], 1e-4);
        Assert.Equal((Slow.CrossEntropy(coarse, byAnchor) + Slow.CrossEntropy(coarse, byProbability)) / 2, terms["segTarget"], 1e-3);
        double distance = Distance(source, truth, anchors, least) + Distance(target, byAnchor, anchors, least);
        Assert.Equal(0.3 * distance, terms["distance"], 1e-3);
        Assert.True(Distance(source, truth, anchors, least) > 0 && Distance(target, byAnchor, anchors, least) > 0);
        Assert.Equal(["distance", "segSource", "segTarget", "total"], terms.Keys.Order());
        Assert.All(byAnchor.Concat(byProbability), labels => Assert.InRange(labels.Count(l => l == 255), 1, labels.Length - 1));
    }

    [Fact]
    public void A_class_pulls_the_network_in_proportion_to_its_area()
    {
        const int least = 3;
        Batch batch = StageFixture.Blocks();
        using DeepLabV3Plus teacher = TinyNetwork.Create(TeacherSeed);
        teacher.eval();
        Seen[] source = Slow.Look(_run.Network, batch.Source), target = Slow.Look(_run.Network, batch.Target!.Plain), taught = Slow.Look(teacher, batch.Target.Plain);
        double[]?[] anchors = ChooseAnchors(taught);
        StageContext context = _run.Context(TrainingMethod.Cag, plan => plan with { Cag = new CagSettings(0, 0.5, DistanceWeight: 1, LeastPixels: least) });
        _run.Publish(0, TeacherSeed);
        using var objective = new AnchorStage(context, 1, new Anchors([.. anchors.Select(a => a is null ? null : Array.ConvertAll(a, v => (float)v))]));
        using DisposeScope scope = NewDisposeScope();
        Tensor weight = _run.Network.named_parameters().First(p => p.name.StartsWith("decoder.fuse.1", StringComparison.Ordinal) && p.parameter.dim() == 4).parameter;
        objective.Losses(_run.Network, batch).Terms.Single(t => t.Name == "distance").Value.backward();
        float[] found = weight.grad!.contiguous().data<float>().ToArray();

        // a factor on a mean's gradient is one on its loss
        int[][] truth = [.. Enumerable.Range(0, StageFixture.Count).Select(i => Slow.AtStrideFour(batch.SourceLabels, i))];
        int[][] byAnchor = [.. taught.Select(s => Enumerable.Range(0, StageFixture.CoarsePixels).Select(p => Ranked(s, p, anchors)[0].Class).ToArray())];
        weight.grad = null;
        Pull(batch.Source, source, truth, anchors, least).add(Pull(batch.Target.Plain, target, byAnchor, anchors, least)).backward();
        float[] due = weight.grad!.contiguous().data<float>().ToArray();
        double largest = due.Max(Math.Abs);
        Assert.True(largest > 1e-4);
        for (int i = 0; i < due.Length; i++) Assert.Equal(due[i], found[i], 1e-3 * largest);
    }

    [Theory]
    [InlineData(AlignmentScheme.None)]
    [InlineData(AlignmentScheme.Hybrid)] // as the stage trains on them
    public void Anchors_are_means_over_images_of_the_mean_features_where_the_network_is_right(AlignmentScheme scheme)
    {
        StageContext context = _run.Context(TrainingMethod.Cag, plan => plan with { Alignment = plan.Alignment with { Scheme = scheme } });
        (int Class, int Size, double[] Mean)[] groups = [.. RightOnes(context).OrderBy(g => g.Size)];
        int least = groups[groups.Length / 3].Size + 1; // some have too few pixels
        var plan = context.Plan with { Cag = context.Plan.Cag with { LeastPixels = least } };
        context = context with { Job = context.Job with { Plan = plan } };
        float[]?[] found = AnchorEstimation.Run(context, 1).Centers;
        for (int c = 0; c < StageFixture.Classes; c++)
        {
            double[][] means = [.. groups.Where(g => g.Class == c && g.Size >= least).Select(g => g.Mean)];
            Assert.Equal(means.Length == 0, found[c] is null);
            for (int d = 0; d < StageFixture.Dimensions && means.Length > 0; d++) Assert.Equal(means.Average(v => v[d]), found[c]![d], 1e-4);
        }

        Assert.Contains(groups.Where(g => g.Size >= least).CountBy(g => g.Class), c => c.Value > 1);
        Assert.Contains(groups, g => g.Size < least && g.Size > 0);
        _run.Become(5);
        Assert.Equal(found, AnchorEstimation.Run(context, 1).Centers); // found out once
        Assert.NotEqual(found, AnchorEstimation.Run(context, 2).Centers);
    }

    /// <summary>By image and class: how many pixels the network is right about, and their mean feature.</summary>
    private IEnumerable<(int Class, int Size, double[] Mean)> RightOnes(StageContext context)
    {
        var alignment = new SourceAlignment(context.Plan, context.Source, context.Target);
        for (int m = 0; m < StageFixture.Images; m++)
        {
            using DisposeScope scope = NewDisposeScope();
            using var mode = no_grad();
            RgbImage image = alignment.Whole(m, new SampleKey(context.Plan.Seed, 1, m, SourceAlignment.WholeImageSlot));
            (Tensor logits, Tensor features) = _run.Network.call(ImageTensors.Whole(image, Normalisation.ImageNet, CPU));
            (double[][] z, double[][] x) = (Slow.Rows(logits), Slow.Rows(features));
            LabelMap labels = context.Source.Labels(m);
            int width = (int)logits.shape[3];
            int[] truth = [.. Enumerable.Range(0, z[0].Length).Select(p => (int)labels.Labels[(p / width * 4 * labels.Width) + (p % width * 4)])];
            int[] right = Slow.Right(z, truth);
            foreach (IGrouping<int, int> group in Enumerable.Range(0, right.Length).Where(p => right[p] != 255).GroupBy(p => right[p]))
            {
                yield return (group.Key, group.Count(), Slow.Mean(x, group));
            }
        }
    }

    /// <summary>Features of some pixels; one class has none.</summary>
    private static double[]?[] ChooseAnchors(Seen[] taught) =>
        [.. Enumerable.Range(0, StageFixture.Classes).Select(c => c == 2 ? null : Slow.Column(taught[c % 2].Features, c * 20))];

    private static (double Distance, int Class)[] Ranked(Seen seen, int pixel, double[]?[] anchors)
    {
        double[] x = Slow.Column(seen.Features, pixel);
        return [.. anchors.Select((a, c) => (a is null ? double.MaxValue : Math.Sqrt(a.Zip(x).Sum(v => (v.First - v.Second) * (v.First - v.Second))), c)).Order()];
    }

    private static double Distance(Seen[] seen, int[][] labels, double[]?[] anchors, int least)
    {
        var distances = new List<double>();
        for (int i = 0; i < seen.Length; i++)
        {
            int[] right = Slow.Right(seen[i].Coarse, labels[i]);
            for (int c = 0; c < anchors.Length; c++)
            {
                int[] members = [.. Enumerable.Range(0, right.Length).Where(p => right[p] == c)];
                if (members.Length < least || anchors[c] is not { } anchor) continue;
                distances.Add(Slow.Mean(seen[i].Features, members).Zip(anchor).Average(v => Math.Abs(v.First - v.Second) is var a && a < 1 ? a * a / 2 : a - 0.5));
            }
        }

        return distances.Count == 0 ? 0 : 10 * distances.Average();
    }

    /// <summary>Ten times the mean of the distances, each times twice its class's share of the image.</summary>
    private Tensor Pull(float[] images, Seen[] seen, int[][] labels, double[]?[] anchors, int least)
    {
        Tensor features = _run.Network.call(from_array(images).reshape(StageFixture.Count, 3, StageFixture.Height, StageFixture.Width)).Features;
        var distances = new List<Tensor>();
        for (int i = 0; i < seen.Length; i++)
        {
            int[] right = Slow.Right(seen[i].Coarse, labels[i]);
            for (int c = 0; c < anchors.Length; c++)
            {
                long[] members = [.. Enumerable.Range(0, right.Length).Where(p => right[p] == c).Select(p => (long)p)];
                if (members.Length < least || anchors[c] is not { } anchor) continue;
                Tensor mean = features[i].flatten(1).index_select(1, from_array(members)).mean([1L]);
                Tensor apart = nn.functional.smooth_l1_loss(mean, from_array(Array.ConvertAll(anchor, v => (float)v)));
                using Scalar share = 2f * members.Length / right.Length;
                distances.Add(apart.mul(share));
            }
        }

        return stack(distances).mean().mul(Slow.Ten);
    }

    /// <summary>A threshold that no value is near, with many on both sides.</summary>
    private static double Between(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int from = sorted.Length / 4;
        int at = Enumerable.Range(from, sorted.Length / 2).MaxBy(i => sorted[i + 1] - sorted[i]);
        return (sorted[at] + sorted[at + 1]) / 2;
    }
}
