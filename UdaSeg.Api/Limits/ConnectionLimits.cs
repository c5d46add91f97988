using Microsoft.AspNetCore.Server.Kestrel.Core;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Limits;

/// <summary>What connections may cost that do nothing, or next to nothing.</summary>
internal static class ConnectionLimits
{
    /// <summary>A client may be slower for so long, for instance while it connects.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>Rates are looked at only while a client keeps the server waiting, so streams of events may be silent for as long as they like.</summary>
    public static void Apply(this KestrelServerLimits kestrel, LimitSettings limits)
    {
        kestrel.MaxRequestBodySize = limits.MaxUploadBytes;
        kestrel.MaxConcurrentConnections = limits.MaxConnections == 0 ? null : limits.MaxConnections;
        kestrel.RequestHeadersTimeout = TimeSpan.FromSeconds(limits.HeaderSeconds);
        kestrel.MinRequestBodyDataRate = kestrel.MinResponseDataRate =
            limits.MinBytesPerSecond == 0 ? null : new MinDataRate(limits.MinBytesPerSecond, Grace);
    }
}
