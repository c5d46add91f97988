using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.SelfTraining;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Torch.Safetensors;
using UdaSeg.Infrastructure.Torch.Translation;

namespace UdaSeg.Infrastructure.Torch.Stages;

/// <summary>The outputs of one run. A stage that has a checkpoint is done; its other outputs came before.</summary>
internal sealed class RunArtifacts(IArtifactStore store, Guid run)
{
    private string StatePrefix => $"runs/{run}/state/";

    public string WeightsKey(int stage) => $"{Stage(stage)}/model.safetensors";

    public string PreparationKey(int stage) => $"{Stage(stage)}/prepared.json";

    public Checkpoint? Checkpoint(int stage) => ReadJson<Checkpoint>($"{Stage(stage)}/checkpoint.json");

    /// <summary>The weights first, then the checkpoint that makes them valid.</summary>
    /// <param name="tensors">The model.</param>
    /// <param name="stage">Whose output it is.</param>
    /// <param name="describe">Makes the checkpoint from the weights' SHA-256 and size.</param>
    public Checkpoint Publish(IReadOnlyList<TensorEntry> tensors, int stage, Func<string, long, Checkpoint> describe)
    {
        store.Write(WeightsKey(stage), output => SafetensorsWriter.Write(output, tensors));
        using Stream written = store.OpenRead(WeightsKey(stage));
        Checkpoint checkpoint = describe(Convert.ToHexStringLower(SHA256.HashData(written)), written.Length);
        WriteJson($"{Stage(stage)}/checkpoint.json", checkpoint);
        return checkpoint;
    }

    public IReadOnlyList<TensorEntry> Weights(int stage)
    {
        using Stream file = store.OpenRead(WeightsKey(stage));
        return SafetensorsReader.Read(file);
    }

    /// <summary>The best evaluated model of a stage that chooses by labels, or null.</summary>
    public ChosenModel? Best(int stage) => ReadJson<ChosenModel>($"{Stage(stage)}/oracle.json");

    public IReadOnlyList<TensorEntry> BestWeights(int stage)
    {
        using Stream file = store.OpenRead(BestWeightsKey(stage, Best(stage)!.Iteration));
        return SafetensorsReader.Read(file);
    }

    /// <summary>The weights first, then the record that makes them valid; the one before goes last.</summary>
    public void WriteBest(int stage, IReadOnlyList<TensorEntry> tensors, ChosenModel model)
    {
        string? old = Best(stage) is { } before && before.Iteration != model.Iteration ? BestWeightsKey(stage, before.Iteration) : null;
        store.Write(BestWeightsKey(stage, model.Iteration), output => SafetensorsWriter.Write(output, tensors));
        WriteJson($"{Stage(stage)}/oracle.json", model);
        if (old is not null) store.Delete(old);
    }

    /// <summary>Once the stage's checkpoint holds the choice.</summary>
    public void DeleteBest(int stage)
    {
        foreach (string key in store.List($"{Stage(stage)}/oracle")) store.Delete(key);
    }

    public StagePreparation? Preparation(int stage) => ReadJson<StagePreparation>(PreparationKey(stage));

    /// <summary>Written last: it makes the stage's pseudo-labels valid.</summary>
    public void WritePreparation(int stage, StagePreparation preparation) => WriteJson(PreparationKey(stage), preparation);

    /// <param name="stage">1..K.</param>
    /// <param name="labels">Of each target sample in turn, at its image's size.</param>
    public void WritePseudoLabels(int stage, IEnumerable<LabelMap> labels) =>
        store.Write(PseudoLabelKey(stage), output => LabelMapArchive.Write(output, labels.Select((map, sample) => (sample, map))));

    /// <summary>What a method found out for a stage, or null.</summary>
    public T? Finding<T>(int stage, string name)
        where T : class => ReadJson<T>($"{Stage(stage)}/{name}.json");

    public void WriteFinding<T>(int stage, string name, T finding) => WriteJson($"{Stage(stage)}/{name}.json", finding);

    public bool HasPseudoLabels(int stage) => store.Exists(PseudoLabelKey(stage));

    public LabelMapArchive PseudoLabels(int stage) => new(store.OpenRead(PseudoLabelKey(stage)));

    public StageQuality? Quality(int stage) => ReadJson<StageQuality>($"{Stage(stage)}/quality.json");

    public void WriteQuality(int stage, StageQuality quality) => WriteJson($"{Stage(stage)}/quality.json", quality);

    /// <summary>The stage's arg-max on some target images, or null.</summary>
    public LabelMapArchive? QualityMaps(int stage) => store.Exists(QualityMapsKey(stage)) ? new LabelMapArchive(store.OpenRead(QualityMapsKey(stage))) : null;

    public void WriteQualityMaps(int stage, IEnumerable<(int Sample, LabelMap Map)> maps) =>
        store.Write(QualityMapsKey(stage), output => LabelMapArchive.Write(output, maps));

    /// <summary>What the stage's model scored, written before the checkpoint that ends the stage; null without an evaluation set.</summary>
    public ChosenModel? Score(int stage) => ReadJson<ChosenModel>($"{Stage(stage)}/score.json");

    public void WriteScore(int stage, ChosenModel model) => WriteJson($"{Stage(stage)}/score.json", model);

    /// <summary>Kept with each evaluation, before it is reported.</summary>
    public void WriteWorst(int stage, long iteration, WorstPredictions worst) => store.Write(KeptPredictions.KeyOf(run, stage, iteration), worst.WriteTo);

    /// <summary>A resumable state within a stage: model and momentum.</summary>
    /// <param name="stage">0..K.</param>
    /// <param name="iteration">Done within the stage.</param>
    /// <param name="tensors">All that the next iteration depends on.</param>
    /// <param name="keep">So many of the newest states stay.</param>
    public void WriteState(int stage, int iteration, IReadOnlyList<TensorEntry> tensors, int keep)
    {
        store.Write($"{StatePrefix}{stage:D3}-{iteration:D9}.safetensors", output => SafetensorsWriter.Write(output, tensors));
        foreach (string old in store.List(StatePrefix).SkipLast(keep)) store.Delete(old);
    }

    /// <summary>The stage's last state, or null.</summary>
    public (int Iteration, IReadOnlyList<TensorEntry> Tensors)? LastState(int stage)
    {
        string? key = store.List($"{StatePrefix}{stage:D3}-").LastOrDefault();
        if (key is null) return null;
        using Stream file = store.OpenRead(key);
        string iteration = Path.GetFileNameWithoutExtension(key).Split('-')[1];
        return (int.Parse(iteration, CultureInfo.InvariantCulture), SafetensorsReader.Read(file));
    }

    public void DeleteStates()
    {
        foreach (string key in store.List(StatePrefix)) store.Delete(key);
    }

    /// <summary>What the run's translator of that number leaves.</summary>
    public TranslatorArtifacts Translator(int number) => new(store, $"runs/{run}/translators/{number}");

    private string Stage(int stage) => $"runs/{run}/stages/{stage}";

    private string BestWeightsKey(int stage, long iteration) => $"{Stage(stage)}/oracle-{iteration}.safetensors";

    private string PseudoLabelKey(int stage) => $"{Stage(stage)}/pseudo-labels.zip";

    private string QualityMapsKey(int stage) => $"{Stage(stage)}/quality-maps.zip";

    private void WriteJson<T>(string key, T value) => store.Write(key, output => JsonSerializer.Serialize(output, value, CheckpointManifest.Json));

    private T? ReadJson<T>(string key)
        where T : class
    {
        if (!store.Exists(key)) return null;
        using Stream file = store.OpenRead(key);
        return JsonSerializer.Deserialize<T>(file, CheckpointManifest.Json);
    }
}
