using System.Text.Json;
using UdaSeg.Domain.Checkpoints;

namespace UdaSeg.Infrastructure.Onnx;

/// <summary>What a reader of the file must know to prepare images and to interpret the answer; every value is JSON.</summary>
internal static class OnnxMetadata
{
    /// <returns>Keys and JSON values, in a fixed order.</returns>
    public static IEnumerable<(string Key, string Value)> Of(CheckpointManifest manifest, Guid? checkpoint)
    {
        if (checkpoint is { } id) yield return Entry("checkpoint", id);
        yield return Entry("name", manifest.Name);
        yield return Entry("digest", manifest.Digest);
        yield return Entry("architecture", manifest.Architecture);
        yield return Entry("labelSpace", manifest.LabelSpace.Id);
        yield return Entry("classNames", manifest.LabelSpace.Classes.Select(c => c.Name));
        yield return Entry("classColors", manifest.LabelSpace.Classes.Select(c => c.Color));
        yield return Entry("mean", manifest.Normalisation.Mean);
        yield return Entry("std", manifest.Normalisation.Std);
        if (manifest.BaseSize is { } size) yield return Entry("baseSize", size);
        if (manifest.Selection is { } selection) yield return Entry("selection", selection);
    }

    private static (string Key, string Value) Entry<T>(string key, T value) => (key, JsonSerializer.Serialize(value, CheckpointManifest.Json));
}
