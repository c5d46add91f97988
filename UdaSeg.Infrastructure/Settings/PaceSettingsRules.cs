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

        if (limits.RequestSeconds is < 1 or > 86_400) yield return "UdaSeg:Limits:RequestSeconds must be 1 to 86400.";
        if (limits.HeaderSeconds is < 1 or > 3600) yield return "UdaSeg:Limits:HeaderSeconds must be 1 to 3600.";
        if (limits.MinBytesPerSecond is < 0 or > 1 << 20) yield return "UdaSeg:Limits:MinBytesPerSecond must be 0 (no limit) to 1048576.";
        if (limits.MaxConnections is < 0 or > 1_000_000) yield return "UdaSeg:Limits:MaxConnections must be 0 (no limit) to 1000000.";
    }
}
