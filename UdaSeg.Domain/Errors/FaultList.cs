namespace UdaSeg.Domain.Errors;

/// <summary>Collects every fault of an input, so that a user mends all of them at once.</summary>
public sealed class FaultList
{
    private readonly Dictionary<string, List<string>> _faults = new(StringComparer.Ordinal);

    public bool Any => _faults.Count > 0;

    public void Add(string field, string message)
    {
        if (!_faults.TryGetValue(field, out List<string>? messages)) _faults[field] = messages = [];
        if (!messages.Contains(message)) messages.Add(message);
    }

    public void Require(bool condition, string field, string message)
    {
        if (!condition) Add(field, message);
    }

    /// <exception cref="RuleViolationException">Of kind <see cref="RuleKind.Unusable"/>, if anything was added.</exception>
    public void ThrowIfAny(string code, string message)
    {
        if (Any) throw new RuleViolationException(RuleKind.Unusable, code, message, _faults.ToDictionary(f => f.Key, f => f.Value.ToArray()));
    }
}
