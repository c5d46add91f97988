using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Api.Tests.Torch;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Onnx;
using UdaSeg.Infrastructure.Onnx.Schema;
using UdaSeg.Infrastructure.Torch.Safetensors;
using Xunit;

namespace UdaSeg.Api.Tests.Onnx;

[Collection(nameof(TorchCollection))]
public sealed class OnnxFileTests
{
    private static readonly IReadOnlyList<TensorEntry> Weights = TinyNetwork.Tensors(7);
    private static readonly CheckpointManifest Manifest = TinyNetwork.Manifest([1]);

    [Fact]
    public void A_file_says_what_it_needs_and_what_its_answer_means()
    {
        Guid id = Guid.CreateVersion7();
        CheckpointManifest manifest = Manifest with { BaseSize = new PixelSize(640, 320), Selection = ModelSelection.Oracle };
        using var run = new OnnxRun(ExportedNetwork.File(Weights, manifest, OnnxHead.FullSize, id));
        (string name, NodeMetadata input) = run.Session.InputMetadata.Single();
        Assert.Equal("image", name);
        Assert.Equal(typeof(float), input.ElementType);
        Assert.Equal(["N", "", "H", "W"], input.SymbolicDimensions);
        Assert.Equal([-1, 3, -1, -1], input.Dimensions);
        (name, NodeMetadata output) = run.Session.OutputMetadata.Single();
        Assert.Equal("logits", name);
        Assert.Equal([-1, SceneFolder.Space.Count, -1, -1], output.Dimensions);
        Assert.Equal(["N", "", "H", "W"], output.SymbolicDimensions);

        ModelMetadata model = run.Session.ModelMetadata;
        Assert.Equal(("UdaSeg", "DeepLabV3Plus"), (model.ProducerName, model.GraphName));
        Assert.StartsWith(manifest.Name, model.Description, StringComparison.Ordinal);
        Assert.Equal(id, Read<Guid>("checkpoint"));
        Assert.Equal((manifest.Digest, manifest.Name), (Read<string>("digest"), Read<string>("name")));
        Assert.Equal(SceneFolder.Space.Classes.Select(c => c.Name), Read<string[]>("classNames"));
        Assert.Equal(SceneFolder.Space.Classes.Select(c => c.Color), Read<int[][]>("classColors"));
        Assert.Equal([0.485, 0.456, 0.406], Read<double[]>("mean"));
        Assert.Equal([0.229, 0.224, 0.225], Read<double[]>("std"));
        Assert.Equal(manifest.BaseSize, Read<PixelSize>("baseSize"));
        Assert.Equal("oracle", Read<string>("selection"));

        T Read<T>(string key) => JsonSerializer.Deserialize<T>(model.CustomMetadataMap[key], CheckpointManifest.Json)!;
    }

    [Fact]
    public void No_batch_norm_and_no_dropout_is_left_and_the_versions_are_named()
    {
        var model = ModelProto.Parser.ParseFrom(ExportedNetwork.File(Weights, Manifest));
        Assert.Equal((8, 17), (model.IrVersion, Assert.Single(model.OpsetImport).Version));
        Assert.Equal($"{OnnxExport.Version}", model.ProducerVersion);
        string[] known = ["Conv", "Clip", "Relu", "Add", "Concat", "GlobalAveragePool", "Expand", "Shape", "Resize"];
        Assert.Equal(known.Order(), model.Graph.Node.Select(n => n.OpType).Distinct().Order());
        Assert.DoesNotContain(model.MetadataProps, m => m.Key is "baseSize" or "selection" or "checkpoint");
        int convolutions = BatchNormFolding.FoldAll(Weights).Count();
        Assert.Equal((convolutions, (2 * convolutions) + 2), (model.Graph.Node.Count(n => n.OpType == "Conv"), model.Graph.Initializer.Count));
    }

    [Fact]
    public void Bytes_change_only_with_the_exporters_version()
    {
        // Clients hold files by an ETag of checkpoint and version. When this fails, raise OnnxExport.Version, then note the new hash.
        IReadOnlyList<TensorEntry> weights = [.. Weights.OrderBy(w => w.Name, StringComparer.Ordinal).Select((w, t) => w with { Values = Fill(w, t) })];
        CheckpointManifest manifest = ExportedNetwork.Manifest(Manifest.Architecture, SceneFolder.Space.Count);
        byte[] file = ExportedNetwork.File(weights, manifest, OnnxHead.FullSize, Guid.Empty);
        Assert.Equal("1: 54be50d2587a6e15c673150023d8cb5d", $"{OnnxExport.Version}: {Convert.ToHexStringLower(SHA256.HashData(file).AsSpan(0, 16))}");
        Assert.Equal(file, ExportedNetwork.File(weights, manifest, OnnxHead.FullSize, Guid.Empty));
    }

    [Fact]
    public void Weights_of_another_network_are_refused()
    {
        Assert.Contains("lacks", Refused([.. Weights.Where(w => w.Name != "aspp.pool.bn.bias")], Manifest), StringComparison.Ordinal);
        TensorEntry extra = new("extra.conv.weight", [1, 1, 1, 1], [1]);
        Assert.Contains("'extra.conv.weight' that the network lacks", Refused([.. Weights, extra], Manifest), StringComparison.Ordinal);
        CheckpointArchitecture architecture = Manifest.Architecture;
        CheckpointManifest wider = Manifest with { Architecture = architecture with { AsppChannels = 16 } };
        Assert.Contains("aspp.branches.0", Refused(Weights, wider), StringComparison.Ordinal);
        CheckpointManifest other = Manifest with { Architecture = architecture with { Backbone = Backbone.ResNet18 } };
        Assert.Contains("backbone.conv1", Refused(Weights, other), StringComparison.Ordinal);
        Assert.Contains("classifier", Refused(Weights, ExportedNetwork.Manifest(architecture, 3)), StringComparison.Ordinal);
    }

    [Fact]
    public void Libraries_of_other_systems_stay_away()
    {
        string[] files = [.. Directory.EnumerateFiles(AppContext.BaseDirectory, "*onnxruntime*", SearchOption.AllDirectories).Select(f => Path.GetFileName(f))];
        Assert.DoesNotContain(files, f => f.StartsWith("onnxruntime", StringComparison.Ordinal));
        Assert.Single(files, f => f == "libonnxruntime.so");
    }

    private static float[] Fill(TensorEntry tensor, int place)
    {
        bool positive = tensor.Name.EndsWith("running_var", StringComparison.Ordinal);
        return [.. Enumerable.Range(0, tensor.Values.Length).Select(j => (((place * 31) + (j * 17)) % 97 / 64f) + (positive ? 0.5f : -0.75f))];
    }

    private static string Refused(IReadOnlyList<TensorEntry> weights, CheckpointManifest manifest)
    {
        var rule = Assert.Throws<RuleViolationException>(() => ExportedNetwork.File(weights, manifest));
        Assert.Equal((RuleKind.Unusable, "weights-mismatch"), (rule.Kind, rule.Code));
        return rule.Message;
    }
}
