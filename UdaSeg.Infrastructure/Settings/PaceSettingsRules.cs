namespace UdaSeg.Infrastructure.Settings;

/// <summary>What the limits of pace, time and connections must fulfil.</summary>
internal static class PaceSettingsRules
{
    private const int MaxPerMinute = 1_000_000;

    public static IEnumerable<string> Faults(LimitSettings limits)
    {
        foreach ((string name, int value) in ((string, int)[])
        [
            (nameof(limits.RequestsPerMinute), limits.RequestsPerMinute), (nameof(limits.PostsPerMinute), limits.PostsPerMinute),
            (nameof(limits.RefusedKeysPerMinute), limits.RefusedKeysPerMinute),
        ])
        {
            if (value is < 0 or > MaxPerMinute) yield return $"UdaSeg:Limits:{name} must be 0 (no limit) to {MaxPerMinute}, not {value}.";
        }
    }
}
