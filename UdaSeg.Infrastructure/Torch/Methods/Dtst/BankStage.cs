using TorchSharp;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Training.Methods;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Losses;
using UdaSeg.Infrastructure.Torch.Methods.Shared;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Stages;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch.Methods.Dtst;

/// <summary>The adversarial stage with both banks (SIM, sections 3.2 and 3.3).</summary>
internal sealed class BankStage : AdversarialStage
{
    private readonly DtstSettings _settings;
    private readonly bool[] _things;
    private readonly FeatureBank _stuff, _instances;
    private readonly double _stuffWeight, _thingWeight;

    public BankStage(StageContext context, int stage, StoredPseudoLabels? labels)
        : base(context, stage, context.Plan, AdversaryView.Probabilities, labels)
    {
        _settings = context.Plan.Dtst;
        _things = [.. context.Job.LabelSpace.Classes.Select(c => Things.Is(c.Name))];
        int dimensions = context.Plan.Network.DecoderChannels;
        _stuff = new FeatureBank(context.Classes, _settings.StuffBank, dimensions, context.Device);
        _instances = new FeatureBank(context.Classes, _settings.ThingBank, dimensions, context.Device);
        (_stuffWeight, _thingWeight) = stage == 0 ? (_settings.StuffWeight, _settings.ThingWeight) : (_settings.SelfTrainingWeight, _settings.SelfTrainingWeight);
        State = base.State.Concat(_stuff.State("stuff")).Concat(_instances.State("things")).ToDictionary(StringComparer.Ordinal);
    }

    public override IReadOnlyDictionary<string, Tensor> State { get; }

    protected override IEnumerable<(string Name, Tensor Value)> More(DeepLabV3Plus network, DomainOutputs outputs)
    {
        Tensor truth = LabelTensors.AtStrideFour(outputs.SourceLabels), said = outputs.SourceCoarse.argmax(1);
        using Scalar ignore = (long)LabelMap.Ignore, stuffWeight = (float)_stuffWeight, thingWeight = (float)_thingWeight;
        Tensor right = truth.where(said.eq(truth), full_like(truth, ignore));
        foreach (Pooled pooled in Pool(outputs.SourceFeatures, right))
        {
            if (Says(network, pooled.Feature) == pooled.Label) (pooled.Thing ? _instances : _stuff).Add(pooled.Label, pooled.Feature);
        }

        Pooled[] target = [.. Pool(outputs.TargetFeatures, outputs.TargetCoarse.argmax(1))];
        yield return ("stuff", Distance(target.Where(p => !p.Thing), _stuff, outputs.TargetFeatures).mul(stuffWeight));
        yield return ("things", Distance(target.Where(p => p.Thing), _instances, outputs.TargetFeatures).mul(thingWeight));
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _stuff.Dispose();
        _instances.Dispose();
    }

    /// <summary>The mean feature of each stuff class in each image, and of each instance of a thing class.</summary>
    private IEnumerable<Pooled> Pool(Tensor features, Tensor labels)
    {
        long[] all = labels.cpu().contiguous().data<long>().ToArray();
        int width = (int)labels.shape[2], pixels = width * (int)labels.shape[1];
        for (int b = 0; b < labels.shape[0]; b++)
        {
            long[] image = all[(b * pixels)..((b + 1) * pixels)];
            Tensor flat = features[b].flatten(1); // [D, hw]
            foreach (int label in image.Where(l => l < _things.Length).Distinct().Order().Select(l => (int)l))
            {
                IReadOnlyList<int[]> regions = _things[label]
                    ? Regions.Largest(image, width, label, _settings.Instances)
                    : [[.. Enumerable.Range(0, pixels).Where(p => image[p] == label)]];
                foreach (int[] region in regions)
                {
                    Tensor index = from_array(Array.ConvertAll(region, p => (long)p), device: features.device);
                    yield return new Pooled(label, _things[label], flat.index_select(1, index).mean([1L]));
                }
            }
        }
    }

    private static int Says(DeepLabV3Plus network, Tensor feature)
    {
        using var mode = no_grad();
        return (int)network.classifier.call(feature.detach().reshape(1, -1, 1, 1)).flatten().argmax().item<long>();
    }

    private static Tensor Distance(IEnumerable<Pooled> pooled, FeatureBank bank, Tensor like)
    {
        var distances = new List<Tensor>();
        foreach (IGrouping<int, Pooled> label in pooled.GroupBy(p => p.Label))
        {
            if (bank.Full(label.Key) is { } known) distances.Add(AnchorLosses.ToNearest(stack(label.Select(p => p.Feature)), known.clone()));
        }

        return distances.Count == 0 ? zeros([], device: like.device) : stack(distances).sum();
    }

    private sealed record Pooled(int Label, bool Thing, Tensor Feature);
}

/// <summary>Which classes come as single objects; by the names of Cityscapes' classes, which other spaces share, however they are spaced.</summary>
internal static class Things
{
    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "pole", "trafficlight", "light", "trafficsign", "sign", "person", "pedestrian", "rider", "bicyclist", "car", "truck", "bus", "train", "motorcycle", "motorbike",
        "bicycle", "signsymbol", "columnpole",
    };

    public static bool Is(string name) => Names.Contains(string.Concat(name.Where(char.IsLetterOrDigit)));
}
