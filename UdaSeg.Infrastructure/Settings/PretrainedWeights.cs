using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Imaging.Datasets;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Infrastructure.Settings;

/// <summary>What <c>network.pretrained</c> names: a checkpoint by its id, or a file under the allow-listed weight roots.</summary>
internal sealed class PretrainedWeights(UdaSegSettings settings, CheckpointStore checkpoints, IArtifactStore artifacts) : IWeightSource
{
    public bool Exists(string name) => Guid.TryParse(name, out Guid id)
        ? checkpoints.Find(id) is { } checkpoint && artifacts.Exists(checkpoint.WeightsKey)
        : FindFile(name) is not null;

    /// <returns>The checkpoint that the name is the id of; null for a file's name.</returns>
    public Checkpoint? FindCheckpoint(string name) => Guid.TryParse(name, out Guid id) ? checkpoints.Find(id) : null;

    /// <exception cref="RuleViolationException"><c>unknown-pretrained</c> (422).</exception>
    public Stream Open(string name)
    {
        if (Guid.TryParse(name, out Guid id))
        {
            Checkpoint? checkpoint = checkpoints.Find(id);
            if (checkpoint is not null && artifacts.Exists(checkpoint.WeightsKey)) return artifacts.OpenRead(checkpoint.WeightsKey);
        }
        else if (FindFile(name) is { } path)
        {
            return File.OpenRead(path);
        }

        throw Unknown(name);
    }

    public static RuleViolationException Unknown(string name)
    {
        string message = $"'{name}' is neither a checkpoint's id nor a file under the weight roots.";
        var fields = new Dictionary<string, string[]> { ["options.network.pretrained"] = [message] };
        return new RuleViolationException(RuleKind.Unusable, "unknown-pretrained", message, fields);
    }

    private string? FindFile(string name)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Contains('\0') || Path.IsPathRooted(name) || name.Split('/', '\\').Contains("..")) return null;
        foreach (string root in settings.WeightRoots)
        {
            string path = Path.Combine(root, name);
            if (!File.Exists(path)) continue;
            string real = RealPath.Of(path);
            return RealPath.IsInside(real, RealPath.Of(root)) ? real : null; // a link must not lead out
        }

        return null;
    }
}
