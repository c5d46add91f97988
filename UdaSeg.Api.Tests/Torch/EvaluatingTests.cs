using UdaSeg.Api.Tests.Support;
using UdaSeg.Demo.Scenes;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Torch;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Stages;
using Xunit;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Torch;

[Collection(nameof(TorchCollection))]
public sealed class EvaluatingTests
{
    [Fact]
    public void A_subset_of_the_model_s_space_is_reported_by_the_names_of_its_classes()
    {
        using var folder = new TempFolder();
        LabelSpace truth = SceneFolder.Space;
        LabelClass[] reversed = [.. truth.Classes.Reverse().Select((c, i) => c with { Index = i })];
        LabelSpace model = LabelSpace.Create("reversed", "reversed", reversed, new Dictionary<string, IReadOnlyList<int>> { ["two"] = [0, 8] });
        IReadOnlyList<SampleRef> samples = SceneFolder.Write(folder.Sub("truth"), SceneDomain.Camera, 2, 96, 64, labels: true);
        using var network = new DeepLabV3Plus(new CheckpointArchitecture(Backbone.ResNet18, 16, [1, 2, 4], 8, 8), truth.Count);
        FormulaFill.Fill(NetworkState.Of(network));
        EvaluationReport report = Evaluating.Run(
            new Inference(network, Normalisation.ImageNet, CPU), new SampleStore(samples, null, truth.Count, new SkiaImageCodec()), truth, model,
            new EvaluationOptions(SlidingWindow: new SlidingWindow(48, 48)), (_, _) => { });
        double?[] named = [.. report.PerClass.Where(c => c.Name == reversed[0].Name || c.Name == reversed[8].Name).Select(c => c.Iou)];
        Assert.Equal(2, named.Length);
        Assert.Equal(named.Average(), report.Subsets["two"]);
    }
}
