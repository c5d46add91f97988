using System.Text.Json;
using TorchSharp;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Torch.Network;
using Xunit;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Torch;

/// <summary>The network against values that an independent implementation computed in float64 from the same formula-filled parameters.</summary>
[Collection(nameof(TorchCollection))]
public sealed class GoldenNetworkTests
{
    public static TheoryData<string> Backbones => ["resnet18", "mobilenet_v2", "resnet101"];

    [Theory]
    [MemberData(nameof(Backbones))]
    public void The_network_agrees_with_the_golden_values(string backbone)
    {
        using DisposeScope scope = NewDisposeScope();
        JsonElement golden = Golden(backbone);
        DeepLabV3Plus network = Build(golden);
        SortedDictionary<string, Tensor> state = NetworkState.Of(network);
        Assert.Equal(golden.GetProperty("parameters").GetInt32(), state.Count);
        string[] names = [.. state.Keys];
        Assert.Equal(Strings(golden, "firstNames"), names[..6]);
        Assert.Equal(Strings(golden, "lastNames"), names[^6..]);

        FormulaFill.Fill(state);
        network.eval();
        int height = golden.GetProperty("height").GetInt32(), width = golden.GetProperty("width").GetInt32();
        using var noGrad = no_grad();
        (Tensor coarse, Tensor features) = network.call(FormulaFill.Input(height, width));
        Tensor logits = DeepLabV3Plus.Resize(coarse, height, width);

        Assert.Equal([.. golden.GetProperty("featureShape").EnumerateArray().Select(v => v.GetInt64())], features.shape);
        double tolerance = 1e-3 * golden.GetProperty("logitsStd").GetDouble();
        foreach (JsonElement value in golden.GetProperty("logits").EnumerateArray())
        {
            float actual = logits[0, value.GetProperty("c").GetInt32(), value.GetProperty("y").GetInt32(), value.GetProperty("x").GetInt32()].item<float>();
            Assert.Equal(value.GetProperty("value").GetDouble(), actual, tolerance);
        }

        Assert.Equal(golden.GetProperty("logitsMean").GetDouble(), logits.mean().item<float>(), tolerance);
        Assert.Equal(golden.GetProperty("logitsStd").GetDouble(), logits.std(false).item<float>(), tolerance);
        Assert.Equal(golden.GetProperty("featuresMean").GetDouble(), features.mean().item<float>(), 1e-3 * golden.GetProperty("featuresStd").GetDouble());
        Assert.Equal(golden.GetProperty("featuresStd").GetDouble(), features.std(false).item<float>(), 1e-3 * golden.GetProperty("featuresStd").GetDouble());
    }

    internal static DeepLabV3Plus Build(JsonElement golden) => new(ArchitectureOf(golden), golden.GetProperty("classes").GetInt32());

    internal static CheckpointArchitecture ArchitectureOf(JsonElement golden) => new(
        JsonSerializer.Deserialize<Backbone>(golden.GetProperty("backbone")),
        16,
        [1, 2, 4],
        golden.GetProperty("asppChannels").GetInt32(),
        golden.GetProperty("decoderChannels").GetInt32());

    private static string[] Strings(JsonElement golden, string name) => [.. golden.GetProperty(name).EnumerateArray().Select(v => v.GetString()!)];

    internal static JsonElement Golden(string backbone)
    {
        using JsonDocument file = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", "network.json")));
        return file.RootElement.GetProperty("networks").EnumerateArray().Single(n => n.GetProperty("backbone").GetString() == backbone).Clone();
    }
}
