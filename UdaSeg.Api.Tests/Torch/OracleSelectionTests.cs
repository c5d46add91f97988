using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Stages;
using Xunit;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Torch;

[Collection(nameof(TorchCollection))]
public sealed class OracleSelectionTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly DeepLabV3Plus _network;

    public OracleSelectionTests() => _network = NetworkFactory.Create(new CheckpointArchitecture(Backbone.ResNet18, 16, [1, 2, 4], 8, 8), 3, 1, CPU);

    public void Dispose()
    {
        _network.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(new[] { 0.2, 0.6, 0.4 }, 0.3, 2, 2)] // the second of three evaluations on the way
    [InlineData(new[] { 0.2, 0.6, 0.4 }, 0.7, 4, 4)] // the last iteration
    [InlineData(new[] { 0.5, 0.5 }, 0.5, 3, 3)] // nothing was better than the last
    public void The_oracle_puts_back_the_weights_that_evaluated_best(double[] onTheWay, double last, long iteration, float weights)
    {
        OracleSelection selection = new(Context(ModelSelection.Oracle));
        for (int i = 0; i < onTheWay.Length; i++)
        {
            Set(i + 1);
            selection.Offer(1, Model(i + 1, onTheWay[i]));
        }

        Set(onTheWay.Length + 1);
        ChosenModel chosen = new OracleSelection(Context(ModelSelection.Oracle)).Choose(1, Model(onTheWay.Length + 1, last)); // another process may finish the stage
        Assert.Equal(iteration, chosen.Iteration);
        Assert.Equal(Math.Max(last, onTheWay.Max()), chosen.Report!.Miou);
        Assert.Equal(ModelSelection.Oracle, chosen.Report.Selection);
        Assert.Equal(weights, Bias());
        Assert.True(Directory.GetFiles(_folder.Sub("artifacts"), "oracle-*.safetensors", SearchOption.AllDirectories).Length == 1); // only the best is kept
    }

    [Fact]
    public void Without_the_oracle_the_last_iteration_stands_and_nothing_is_kept()
    {
        OracleSelection selection = new(Context(ModelSelection.Last));
        Set(1);
        selection.Offer(0, Model(1, 0.9));
        Set(2);
        ChosenModel chosen = selection.Choose(0, Model(2, 0.1));
        Assert.Equal((2L, 2f, null), (chosen.Iteration, Bias(), chosen.Report!.Selection));
        Assert.False(Directory.Exists(_folder.Sub("artifacts")));
    }

    private static ChosenModel Model(long iteration, double miou) =>
        new(iteration, new EvaluationReport(miou, new Dictionary<string, double?>(), [], [], null, [], []));

    private void Set(float value)
    {
        using var noGrad = no_grad();
        nn.init.constant_(_network.classifier.bias!, value);
    }

    private float Bias() => _network.classifier.bias!.data<float>()[0];

    private StageContext Context(ModelSelection selection)
    {
        TrainingPlan plan = TrainingPresets.Tiny with { Selection = selection, EvaluateEvery = 1 };
        SampleStore Empty() => new([], null, 3, new SkiaImageCodec());
        return new StageContext(
            new TrainingJob(Guid.Empty, "oracle", plan, SceneFolder.Space, [], [], []),
            _network,
            CPU,
            Empty(),
            Empty(),
            Empty(),
            new RunArtifacts(new FileArtifactStore(_folder.Sub("artifacts")), Guid.Empty),
            new RecordingJournal(),
            new RunClock(),
            CancellationToken.None);
    }
}
