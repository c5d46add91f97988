using System.Globalization;
using System.Text.Json;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Torch.Safetensors;

namespace UdaSeg.Infrastructure.Torch.Translation;

/// <param name="Images">Translated, all of the source's.</param>
internal sealed record TranslationRecord(int Images);

/// <summary>
/// The outputs of one translator: a state while it trains, then its weights, then the source images as it paints them, then the record that makes them valid.
/// Images come in archives, so that publishing is no row of a table each, and a translation that was stopped goes on.
/// </summary>
/// <param name="store">Where the run's outputs are.</param>
/// <param name="folder">The translator's.</param>
internal sealed class TranslatorArtifacts(IArtifactStore store, string folder)
{
    public const int ImagesAnArchive = 64;

    private string ModelKey => $"{folder}/model.safetensors";

    private string RecordKey => $"{folder}/translated.json";

    private string StatePrefix => $"{folder}/state-";

    public bool IsTrained => store.Exists(ModelKey);

    public IReadOnlyList<TensorEntry> Weights() => Read(ModelKey);

    /// <summary>The training's end: no state is needed any more.</summary>
    public void WriteWeights(IReadOnlyList<TensorEntry> tensors)
    {
        store.Write(ModelKey, output => SafetensorsWriter.Write(output, tensors));
        DeleteStates();
    }

    /// <summary>The last state of its training, or null.</summary>
    public (int Iteration, IReadOnlyList<TensorEntry> Tensors)? State()
    {
        string? key = store.List(StatePrefix).LastOrDefault();
        if (key is null) return null;
        string iteration = Path.GetFileNameWithoutExtension(key).Split('-')[^1];
        return (int.Parse(iteration, CultureInfo.InvariantCulture), Read(key));
    }

    /// <summary>The state before goes once this one is there.</summary>
    public void WriteState(int iteration, IReadOnlyList<TensorEntry> tensors)
    {
        store.Write($"{StatePrefix}{iteration:D9}.safetensors", output => SafetensorsWriter.Write(output, tensors));
        foreach (string old in store.List(StatePrefix).SkipLast(1)) store.Delete(old);
    }

    public void DeleteStates()
    {
        foreach (string key in store.List(StatePrefix)) store.Delete(key);
    }

    public TranslationRecord? Record()
    {
        if (!store.Exists(RecordKey)) return null;
        using Stream file = store.OpenRead(RecordKey);
        return JsonSerializer.Deserialize<TranslationRecord>(file, CheckpointManifest.Json);
    }

    public void WriteRecord(TranslationRecord record) => store.Write(RecordKey, output => JsonSerializer.Serialize(output, record, CheckpointManifest.Json));

    public bool HasImages(int archive) => store.Exists(ImagesKey(archive));

    /// <param name="archive">Holds the samples from <c>archive × ImagesAnArchive</c> on.</param>
    /// <param name="images">By sample; taken one at a time.</param>
    public void WriteImages(int archive, IEnumerable<(int Sample, byte[] Png)> images) =>
        store.Write(ImagesKey(archive), output => PngArchive.Write(output, images.Select(i => (NameOf(i.Sample), i.Png))));

    public PngArchive Images(int archive) => new(store.OpenRead(ImagesKey(archive)));

    public static string NameOf(int sample) => sample.ToString("D6", CultureInfo.InvariantCulture);

    private string ImagesKey(int archive) => $"{folder}/images-{archive:D5}.zip";

    private IReadOnlyList<TensorEntry> Read(string key)
    {
        using Stream file = store.OpenRead(key);
        return SafetensorsReader.Read(file);
    }
}
