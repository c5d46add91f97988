using TorchSharp;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Api.Tests.Torch;
using UdaSeg.Demo.Scenes;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Serving;
using UdaSeg.Infrastructure.Serving.Engines;
using UdaSeg.Infrastructure.Torch;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Safetensors;
using Xunit;

namespace UdaSeg.Api.Tests.Serving;

/// <summary>Engines against the network as it was trained, on rendered streets.</summary>
[Collection(nameof(TorchCollection))]
public sealed class EngineAgreementTests
{
    private static readonly RgbImage[] Images = [.. Enumerable.Range(0, 2).Select(i => SceneRenderer.Render(SceneDomain.Camera, 0, i, 160, 96).Image)];

    [Theory]
    [InlineData("torch-float32", 0.995)]
    [InlineData("torch-winograd", 0.995)]
    [InlineData("onnxruntime", 0.995)]
    [InlineData("torch-bf16", 0.93)] // random weights give near ties all over; a trained network is measured in docs/performance.md
    public void An_engine_labels_pixels_as_the_trained_network_does(string engine, double share)
    {
        Assert.SkipUnless(EngineNames.Usable(ProcessorFaults.HidesCaches).Contains(engine), "This engine is not used on this processor.");
        CheckpointArchitecture architecture = RandomNetwork.Architecture(Backbone.MobileNetV2, channels: 128);
        using DeepLabV3Plus network = RandomNetwork.Create(architecture, SceneFolder.Space.Count);
        IReadOnlyList<TensorEntry> weights = RandomNetwork.Weights(network);
        CheckpointManifest manifest = TinyNetwork.Manifest([]) with { Architecture = architecture };
        IInferenceEngine Engine() => engine switch
        {
            EngineNames.Onnx => new OnnxEngine(manifest, weights, 2),
            EngineNames.BFloat16 => new TorchEngine(manifest, weights, new FusedVariant(torch.ScalarType.BFloat16, false, 2), (160, 96)),
            _ => new TorchEngine(manifest, weights, new FusedVariant(torch.ScalarType.Float32, engine == EngineNames.Winograd, 2), (160, 96)),
        };
        using var reference = new Segmenter(manifest, new DeviceEngine(manifest, RandomNetwork.Create(architecture, SceneFolder.Space.Count), torch.CPU), 1, 1);
        using var tested = new Segmenter(manifest, Engine(), maxBatch: 2, threads: 2);
        Assert.Equal(engine, tested.Engine);
        Assert.True(tested.Bytes > 1_000_000);
        foreach (RgbImage image in Images)
        {
            using SegmentationResult due = reference.Segment(image, SegmentationParts.Confidence), found = tested.Segment(image, SegmentationParts.Confidence);
            byte[] labels = due.Labels.Labels;
            Assert.True(labels.Distinct().Count() > 2, "The network must see more than one thing.");
            Assert.True(labels.Zip(found.Labels.Labels).Count(p => p.First == p.Second) >= share * labels.Length);
            Assert.Equal(due.Confidence!.Average(), found.Confidence!.Average(), 0.02);
        }
    }

    [Fact]
    public void On_a_processor_that_hides_its_caches_torch_s_engines_are_neither_tried_nor_obeyed()
    {
        Assert.Equal([EngineNames.Onnx], EngineNames.Usable(hidesCaches: true));
        Assert.Equal(EngineNames.OnProcessor, EngineNames.Usable(hidesCaches: false));
    }

    [Fact]
    public void Images_in_a_batch_are_answered_as_alone()
    {
        CheckpointArchitecture architecture = RandomNetwork.Architecture(Backbone.MobileNetV2, channels: 128);
        using DeepLabV3Plus network = RandomNetwork.Create(architecture, SceneFolder.Space.Count);
        IReadOnlyList<TensorEntry> weights = RandomNetwork.Weights(network);
        CheckpointManifest manifest = TinyNetwork.Manifest([]) with { Architecture = architecture };
        List<IInferenceEngine> engines = [new OnnxEngine(manifest, weights, 2)];
        if (!ProcessorFaults.HidesCaches) engines.Add(new TorchEngine(manifest, weights, new FusedVariant(torch.ScalarType.Float32, true, 2), (160, 96)));
        foreach (IInferenceEngine engine in engines)
        {
            using (engine)
            {
                using var both = engine.Run(Images);
                for (int i = 0; i < Images.Length; i++)
                {
                    using var alone = engine.Run([Images[i]]);
                    float[] part = both.Values.Slice(i * alone.Values.Length, alone.Values.Length).ToArray();
                    Assert.True(part.Zip(alone.Values.ToArray()).Max(p => Math.Abs(p.First - p.Second)) < 1e-3, engine.Name);
                }
            }
        }
    }
}
