using System.Text.Json;
using UdaSeg.Domain.Checkpoints;

namespace UdaSeg.Infrastructure.Serving.Engines;

/// <summary>Choices that were measured before on this machine, so that a start need not measure again. A file in the data root; without it all works the same.</summary>
/// <param name="file">JSON; null: nothing is remembered.</param>
internal sealed class EngineMemory(string? file)
{
    private readonly Lock _lock = new();

    /// <summary>What a choice holds for: the network's kind, the processor, the threads, and the libraries.</summary>
    public static string KeyOf(CheckpointArchitecture architecture, int threads) => string.Join('|', [
        $"{architecture.Backbone}", $"{architecture.AsppChannels}", $"{architecture.DecoderChannels}", ProcessorModel(), $"{threads}",
        $"{typeof(TorchSharp.torch).Assembly.GetName().Version}", $"{typeof(Microsoft.ML.OnnxRuntime.InferenceSession).Assembly.GetName().Version}",
    ]);

    public EngineChoice? Find(string key)
    {
        lock (_lock) return Read().GetValueOrDefault(key);
    }

    public void Remember(string key, EngineChoice choice)
    {
        if (file is null) return;
        lock (_lock)
        {
            Dictionary<string, EngineChoice> all = Read();
            all[key] = choice;
            string temporary = $"{file}.{Guid.NewGuid():N}";
            File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(all, CheckpointManifest.Json));
            File.Move(temporary, file, overwrite: true);
        }
    }

    private Dictionary<string, EngineChoice> Read()
    {
        try
        {
            return file is not null && File.Exists(file)
                ? JsonSerializer.Deserialize<Dictionary<string, EngineChoice>>(File.ReadAllBytes(file), CheckpointManifest.Json) ?? []
                : [];
        }
        catch (JsonException)
        {
            return []; // measured anew, and written anew
        }
    }

    private static string ProcessorModel()
    {
        const string path = "/proc/cpuinfo";
        if (!File.Exists(path)) return "unknown";
        string[] told = [.. File.ReadLines(path).TakeWhile(l => l.Length > 0).Where(l => l.StartsWith("model name", StringComparison.Ordinal) || l.StartsWith("flags", StringComparison.Ordinal))];
        string flags = string.Join(',', told.SelectMany(l => l.Split(' ')).Where(f => f is "avx2" or "avx512f" or "avx512_bf16" or "amx_bf16"));
        return $"{told.FirstOrDefault()?.Split(':')[^1].Trim()} {flags}";
    }
}
