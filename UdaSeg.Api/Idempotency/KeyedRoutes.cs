using UdaSeg.Api.OpenApi;

namespace UdaSeg.Api.Idempotency;

/// <summary>The operation makes something, and makes it once for each Idempotency-Key.</summary>
internal sealed record KeyedNote;

internal static class KeyedRoutes
{
    public const string KeyHeader = "Idempotency-Key";

    /// <summary>Of an answer that is given again.</summary>
    public const string ReplayedHeader = "Idempotent-Replayed";

    public static RouteHandlerBuilder TakesIdempotencyKey(this RouteHandlerBuilder route) => route.WithMetadata(new KeyedNote()).Fails(400, 409, 422);
}
