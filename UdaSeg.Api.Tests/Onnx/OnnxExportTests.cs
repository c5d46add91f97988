using System.Text.Json;
using TorchSharp;
using UdaSeg.Api.Tests.Torch;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Onnx;
using UdaSeg.Infrastructure.Torch.Network;
using Xunit;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Onnx;

/// <summary>An exported graph, run by ONNX Runtime, against the network in torch.</summary>
[Collection(nameof(TorchCollection))]
public sealed class OnnxExportTests
{
    private const int Classes = 5;

    public static TheoryData<Backbone, bool> Architectures => new MatrixTheoryData<Backbone, bool>(Enum.GetValues<Backbone>(), [true, false]);

    [Theory]
    [MemberData(nameof(Architectures))]
    public void The_graph_computes_what_the_network_does(Backbone backbone, bool multiGrid)
    {
        CheckpointArchitecture architecture = Architecture(backbone, multiGrid);
        using DeepLabV3Plus network = ExportedNetwork.Create(architecture, Classes, 3);
        using var run = new OnnxRun(ExportedNetwork.File(network, ExportedNetwork.Manifest(architecture, Classes)));
        Compare(network, run, OnnxHead.FullSize, 2, 67, 97);
        Compare(network, run, OnnxHead.FullSize, 1, 24, 330); // wide enough for the largest dilation to see something
    }

    [Theory]
    [InlineData(Backbone.MobileNetV2)]
    [InlineData(Backbone.ResNet18)]
    public void Images_of_any_size_are_taken(Backbone backbone)
    {
        CheckpointArchitecture architecture = Architecture(backbone, true);
        using DeepLabV3Plus network = ExportedNetwork.Create(architecture, Classes, 4);
        using var run = new OnnxRun(ExportedNetwork.File(network, ExportedNetwork.Manifest(architecture, Classes)));
        (int, int)[] sizes = [(1, 1), (1, 40), (33, 2), (5, 7), (16, 16), (17, 15)];
        foreach ((int height, int width) in sizes) Compare(network, run, OnnxHead.FullSize, 3, height, width);
    }

    [Fact]
    public void The_graph_of_the_serving_engine_stops_at_stride_4()
    {
        CheckpointArchitecture architecture = Architecture(Backbone.MobileNetV2, true);
        using DeepLabV3Plus network = ExportedNetwork.Create(architecture, Classes, 5);
        using var run = new OnnxRun(ExportedNetwork.File(network, ExportedNetwork.Manifest(architecture, Classes), OnnxHead.StrideFour));
        Assert.Equal(["logits4"], run.Session.OutputNames);
        Compare(network, run, OnnxHead.StrideFour, 2, 67, 97);
        Compare(network, run, OnnxHead.StrideFour, 1, 128, 64);
    }

    [Theory]
    [MemberData(nameof(GoldenNetworkTests.Backbones), MemberType = typeof(GoldenNetworkTests))]
    public void The_graph_agrees_with_the_golden_values(string backbone)
    {
        using DisposeScope scope = NewDisposeScope();
        JsonElement golden = GoldenNetworkTests.Golden(backbone);
        DeepLabV3Plus network = GoldenNetworkTests.Build(golden);
        FormulaFill.Fill(NetworkState.Of(network));
        int classes = golden.GetProperty("classes").GetInt32();
        int height = golden.GetProperty("height").GetInt32(), width = golden.GetProperty("width").GetInt32();
        using var run = new OnnxRun(ExportedNetwork.File(network, ExportedNetwork.Manifest(GoldenNetworkTests.ArchitectureOf(golden), classes)));
        (float[] logits, int[] shape) = run.Answer(FormulaFill.Input(height, width).data<float>().ToArray(), [1, 3, height, width]);

        Assert.Equal([1, classes, height, width], shape);
        double tolerance = 1e-3 * golden.GetProperty("logitsStd").GetDouble();
        foreach (JsonElement value in golden.GetProperty("logits").EnumerateArray())
        {
            int at = (((value.GetProperty("c").GetInt32() * height) + value.GetProperty("y").GetInt32()) * width) + value.GetProperty("x").GetInt32();
            Assert.Equal(value.GetProperty("value").GetDouble(), logits[at], tolerance);
        }

        Assert.Equal(golden.GetProperty("logitsMean").GetDouble(), logits.Average(v => (double)v), tolerance);
    }

    private static CheckpointArchitecture Architecture(Backbone backbone, bool multiGrid) => new(backbone, 16, multiGrid ? [1, 2, 4] : [1, 1, 1], 24, 16);

    private static void Compare(DeepLabV3Plus network, OnnxRun run, OnnxHead head, int images, int height, int width)
    {
        using DisposeScope scope = NewDisposeScope();
        using var noGrad = no_grad();
        Tensor image = ExportedNetwork.Image(images, height, width, height + width);
        Tensor logits = network.call(image).Logits;
        if (head == OnnxHead.FullSize) logits = DeepLabV3Plus.Resize(logits, height, width);
        (float[] values, int[] shape) = run.Answer(image.data<float>().ToArray(), [images, 3, height, width]);

        Assert.Equal(logits.shape, shape.Select(side => (long)side));
        Tensor found = from_array(values).reshape(logits.shape);
        double scale = logits.abs().mean().item<float>(), difference = (found - logits).abs().max().item<float>() / scale;
        TestContext.Current.TestOutputHelper?.WriteLine($"{images}x{height}x{width}: {difference:E2} of the mean magnitude {scale:E2}");
        Assert.InRange(difference, 0, 1e-4);

        // Where the two best classes lie further apart than the arithmetic differs, the label is the same.
        Tensor best = logits.topk(2, 1).values;
        Tensor clear = (best.select(1, 0) - best.select(1, 1)).gt(2e-4 * scale);
        Assert.True(clear.to_type(ScalarType.Float32).mean().item<float>() > 0.99);
        Assert.Equal(0, found.argmax(1).ne(logits.argmax(1)).logical_and(clear).sum().item<long>());
    }
}
