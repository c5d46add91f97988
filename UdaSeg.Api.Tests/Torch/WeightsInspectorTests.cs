using System.Text;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Torch;
using UdaSeg.Infrastructure.Torch.Safetensors;
using Xunit;

namespace UdaSeg.Api.Tests.Torch;

[Collection(nameof(TorchCollection))]
public sealed class WeightsInspectorTests
{
    private const string Head = "classifier.bias";

    private static readonly IReadOnlyList<TensorEntry> Good = TinyNetwork.Tensors(5);

    [Fact]
    public void A_networks_own_weights_pass() => Check(TinyNetwork.File(Good));

    [Fact]
    public void Missing_and_unknown_and_misshapen_tensors_are_listed_within_bounds()
    {
        TensorEntry[] changed =
        [
            .. Good.Where(t => t.Name != Head).Select(t => t.Name == "aspp.project.bn.weight" ? new TensorEntry(t.Name, [4, 2], t.Values) : t),
            .. Enumerable.Range(0, 30).Select(i => new TensorEntry($"head.{i:D2}", [1], [0f])),
        ];
        RuleViolationException fault = Refused(TinyNetwork.File(changed), "checkpoint-mismatch");
        Assert.Equal([Head], fault.Fields["weights.missing"]);
        Assert.Equal(21, fault.Fields["weights.unknown"].Length);
        Assert.Equal(("head.00", "and 10 more"), (fault.Fields["weights.unknown"][0], fault.Fields["weights.unknown"][^1]));
        Assert.Equal(["aspp.project.bn.weight: [4, 2] in the file, [8] of float32 in the network"], fault.Fields["weights.mismatched"]);
    }

    [Theory]
    [InlineData(Backbone.MobileNetV2, 2048, 8, 9, "aspp.branches.1.conv.weight")]
    [InlineData(Backbone.MobileNetV2, 8, 2048, 9, "decoder.fuse.0.conv.weight")]
    [InlineData(Backbone.MobileNetV2, 8, 8, 10, "classifier.weight")]
    [InlineData(Backbone.ResNet18, 8, 8, 9, "weights.missing")]
    public void Weights_of_another_architecture_are_refused(Backbone backbone, int aspp, int decoder, int classes, string field)
    {
        var architecture = Domain.Checkpoints.CheckpointArchitecture.Of(new NetworkSettings(backbone, aspp, decoder));
        using var file = new MemoryStream(TinyNetwork.File(Good));
        RuleViolationException fault = Assert.Throws<RuleViolationException>(() => new WeightsInspector().Check(file, architecture, classes));
        Assert.Equal("checkpoint-mismatch", fault.Code);
        Assert.Contains(field, fault.Fields.Keys);
    }

    [Fact]
    public void No_parameter_is_made_of_integers()
    {
        byte[] file = TinyNetwork.File([.. Good.Where(t => t.Name != Head), new TensorEntry(Head, [18], new float[18])]);
        int header = (int)BitConverter.ToUInt64(file);
        string changed = Encoding.UTF8.GetString(file, 8, header)
            .Replace($"\"{Head}\":{{\"dtype\":\"F32\",\"shape\":[18]", $"\"{Head}\":{{\"dtype\":\"I64\",\"shape\":[9]", StringComparison.Ordinal).PadRight(header);
        byte[] integers = [.. file[..8], .. Encoding.UTF8.GetBytes(changed), .. file[(8 + header)..]];
        Assert.Equal([$"{Head}: [9] of integers in the file, [9] of float32 in the network"], Refused(integers, "checkpoint-mismatch").Fields["weights.mismatched"]);
    }

    [Theory]
    [InlineData("aspp.project.conv.weight", float.NaN)]
    [InlineData("classifier.bias", float.NegativeInfinity)]
    [InlineData("backbone.features.0.1.running_var", -1e-9f)]
    public void Values_that_no_network_has_are_refused_by_name(string name, float value)
    {
        TensorEntry[] changed = [.. Good.Select(t => t.Name == name ? t with { Values = [.. t.Values[..^1], value] } : t)];
        Assert.NotEqual(Good, changed);
        Assert.Contains(name, Refused(TinyNetwork.File(changed), "weights-invalid").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PK\u0003\u0004the rest of a zip archive", "safetensors")]
    [InlineData("\u0080\u0002}q\u0000the rest of a pickle", "safetensors")]
    [InlineData("\u0080\u0004\u0095", "safetensors")]
    [InlineData("GIF89a", "header")]
    [InlineData("", "header")]
    public void Other_formats_are_refused_unopened(string start, string word) =>
        Assert.Contains(word, Refused(Encoding.Latin1.GetBytes(start), "weights-invalid").Message, StringComparison.Ordinal);

    [Fact]
    public void A_header_that_lies_or_is_huge_is_refused()
    {
        byte[] good = TinyNetwork.File(Good);
        Refused(good[..^4], "weights-invalid"); // came incomplete
        Refused([.. good, 0, 0, 0, 0], "weights-invalid");
        byte[] huge = [.. BitConverter.GetBytes(5_000_000UL), .. Encoding.UTF8.GetBytes("{" + new string(' ', 4_999_998) + "}")];
        Refused(huge, "weights-invalid");

        // 640 = 0x0280: the first two bytes are a pickle's, the ninth is a header's.
        byte[] likeAPickle = [.. BitConverter.GetBytes(640UL), .. Encoding.UTF8.GetBytes("{}".PadRight(640))];
        Refused(likeAPickle, "checkpoint-mismatch");
    }

    private static RuleViolationException Refused(byte[] file, string code)
    {
        RuleViolationException fault = Assert.Throws<RuleViolationException>(() => Check(file));
        Assert.Equal((code, RuleKind.Unusable), (fault.Code, fault.Kind));
        return fault;
    }

    private static void Check(byte[] file)
    {
        using var stream = new MemoryStream(file);
        new WeightsInspector().Check(stream, TinyNetwork.Architecture, SceneFolder.Space.Count);
    }
}
