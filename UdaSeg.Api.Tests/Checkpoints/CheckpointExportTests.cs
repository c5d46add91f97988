using System.Text.RegularExpressions;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Api.Tests.Torch;
using UdaSeg.Domain.Checkpoints;
using Xunit;

namespace UdaSeg.Api.Tests.Checkpoints;

/// <summary>An exported file in the eyes of a reader that shares no code with ours.</summary>
[Collection(nameof(TorchCollection))]
public sealed partial class CheckpointExportTests
{
    [Fact]
    public async Task Every_tensor_of_an_exported_checkpoint_is_the_networks()
    {
        await using var api = new ApiFactory();
        Checkpoint checkpoint = TinyNetwork.Publish(api, TinyNetwork.File(TinyNetwork.Tensors(3)));
        byte[] exported = await api.CreateClient().GetByteArrayAsync($"/api/v1/checkpoints/{checkpoint.Id}/weights");
        (Dictionary<string, (string Type, int[] Shape, byte[] Bytes)> tensors, _) = MinimalSafetensors.Read(exported);

        Dictionary<string, (long[] Shape, float[] Values)> expected = TinyNetwork.State(3);
        Assert.True(expected.Count > 300);
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), tensors.Keys.Order(StringComparer.Ordinal));
        Assert.All(tensors.Keys, name => Assert.Matches(ContractsNames(), name));
        foreach ((string name, (long[] shape, float[] values)) in expected)
        {
            Assert.Equal("F32", tensors[name].Type);
            Assert.Equal(shape, tensors[name].Shape.Select(side => (long)side));
            Assert.Equal(values, MinimalSafetensors.Floats(tensors[name].Bytes));
        }
    }

    [Fact]
    public void The_reader_sees_metadata_and_refuses_what_the_format_does_not_allow()
    {
        using var file = new MemoryStream();
        Infrastructure.Torch.Safetensors.SafetensorsWriter.Write(file, [new("w", [1], [2f])], new Dictionary<string, string> { ["format"] = "pt" });
        Assert.Equal("pt", MinimalSafetensors.Read(file.ToArray()).Metadata["format"]);
        Assert.Throws<InvalidDataException>(() => MinimalSafetensors.Read([.. file.ToArray(), 0]));
        Assert.Throws<InvalidDataException>(() => MinimalSafetensors.Read(file.ToArray()[..^1]));
    }

    // contract, "Manifest of a checkpoint"
    [GeneratedRegex("""
        ^(backbone\.features\.\d+\..+|aspp\.(branches\.[0-3]|pool|project)\.(conv|bn)\..+|decoder\.(low_level|fuse\.[01])\.(conv|bn)\..+|classifier\.(weight|bias))$
        """)]
    private static partial Regex ContractsNames();
}
