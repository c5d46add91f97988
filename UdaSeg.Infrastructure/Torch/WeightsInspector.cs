using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Safetensors;

namespace UdaSeg.Infrastructure.Torch;

/// <summary>
/// Header first, then names and shapes against the architecture's, then one tensor at a time: a file costs no more memory than its largest tensor and a
/// network of its own size.
/// </summary>
internal sealed class WeightsInspector : IWeightsInspector
{
    /// <summary>A network here has below a thousand tensors; a header of a hundred megabytes is only an attack.</summary>
    private const long MaxHeader = 4 << 20;

    private const int MaxNames = 20;

    private const int MaxNameLength = 120;

    public void Check(Stream weights, CheckpointArchitecture architecture, int classes)
    {
        RefuseOtherFormats(weights);
        try
        {
            IReadOnlyList<TensorSlot> slots = SafetensorsReader.ReadHeader(weights, MaxHeader).Slots;
            CheckSize(slots, architecture, classes);
            CheckNamesAndShapes(slots, Shapes(architecture, classes));
            foreach (TensorSlot slot in slots) CheckValues(SafetensorsReader.ReadTensor(weights, slot));
        }
        catch (RuleViolationException fault) when (fault.Code == SafetensorsReader.Code)
        {
            throw Invalid(fault.Message, fault);
        }
    }

    /// <summary>What PyTorch's own files are is told by name: unpickling them can run code, so they are never opened.</summary>
    private static void RefuseOtherFormats(Stream weights)
    {
        Span<byte> start = stackalloc byte[9];
        int count = weights.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        weights.Position = 0;
        if (count == start.Length && start[8] == '{') return; // a length may begin with any bytes, a header only with this one
        bool zip = start.StartsWith("PK"u8), pickle = start[0] == 0x80 && start[1] is >= 2 and <= 5;
        if (zip || pickle)
        {
            string kind = zip ? "a zip archive, as .pth and .npz files are" : "a pickle, as older .pth files are";
            throw Invalid($"This is {kind}. Opening it could run code, so only safetensors files are read: save the state dict with the safetensors package.");
        }
    }

    /// <summary>Before a network is built: tensors that grow with what the manifest claims must be in the file, so that its claims cost what was sent.</summary>
    private static void CheckSize(IReadOnlyList<TensorSlot> slots, CheckpointArchitecture architecture, int classes)
    {
        var faults = new Dictionary<string, string[]>();
        Require("classifier.weight", [classes, architecture.DecoderChannels, 1, 1]);
        Require("aspp.branches.1.conv.weight", [architecture.AsppChannels, null, 3, 3]);
        Require("decoder.fuse.0.conv.weight", [architecture.DecoderChannels, null, 3, 3]);
        if (faults.Count > 0) throw Mismatch("The weights do not fit the manifest's channels and classes.", faults);

        void Require(string name, long?[] shape)
        {
            TensorSlot? slot = slots.FirstOrDefault(s => s.Name == name);
            bool fits = slot is { IsFloat: true } && slot.Shape.Length == shape.Length && slot.Shape.Zip(shape).All(d => d.Second is null || d.First == d.Second);
            if (fits) return;
            string wanted = $"[{string.Join(", ", shape.Select(d => d?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "…"))}]";
            faults[name] = [slot is null ? $"Missing; {wanted} is needed." : $"{Describe(slot)} in the file; {wanted} is needed."];
        }
    }

    private static Dictionary<string, long[]> Shapes(CheckpointArchitecture architecture, int classes)
    {
        using var network = new DeepLabV3Plus(architecture, classes);
        return NetworkState.Of(network).ToDictionary(s => s.Key, s => s.Value.shape, StringComparer.Ordinal);
    }

    private static void CheckNamesAndShapes(IReadOnlyList<TensorSlot> slots, Dictionary<string, long[]> shapes)
    {
        var byName = slots.ToDictionary(s => s.Name, StringComparer.Ordinal);
        var faults = new Dictionary<string, string[]>();
        Add("missing", shapes.Keys.Where(name => !byName.ContainsKey(name)));
        Add("unknown", byName.Keys.Where(name => !shapes.ContainsKey(name)));
        Add("mismatched", slots.Where(s => shapes.TryGetValue(s.Name, out long[]? shape) && !(s.IsFloat && s.Shape.SequenceEqual(shape)))
            .Select(s => $"{s.Name}: {Describe(s)} in the file, [{string.Join(", ", shapes[s.Name])}] of float32 in the network"));
        if (faults.Count > 0) throw Mismatch("The weights are not those of the manifest's architecture.", faults);

        void Add(string field, IEnumerable<string> found)
        {
            string[] all = [.. found.Order(StringComparer.Ordinal)];
            if (all.Length == 0) return;
            IEnumerable<string> shown = all.Take(MaxNames).Select(text => text.Length <= MaxNameLength * 2 ? text : text[..MaxNameLength] + "…");
            faults[$"weights.{field}"] = [.. shown, .. all.Length > MaxNames ? [$"and {all.Length - MaxNames} more"] : Array.Empty<string>()];
        }
    }

    private static void CheckValues(TensorEntry tensor)
    {
        // The reader has refused what is not finite.
        if (tensor.Name.EndsWith(".running_var", StringComparison.Ordinal) && tensor.Values.Any(v => v < 0))
        {
            throw Invalid($"'{tensor.Name}' has a negative variance.");
        }
    }

    private static string Describe(TensorSlot slot) => $"[{string.Join(", ", slot.Shape)}]{(slot.IsFloat ? "" : " of integers")}";

    private static RuleViolationException Invalid(string message, Exception? inner = null) =>
        new(RuleKind.Unusable, "weights-invalid", message, new Dictionary<string, string[]> { ["weights"] = [message] }, inner);

    private static RuleViolationException Mismatch(string message, Dictionary<string, string[]> faults) =>
        new(RuleKind.Unusable, "checkpoint-mismatch", message, faults);
}
