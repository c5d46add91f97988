using System.Security.Claims;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Security;

/// <summary>By what a caller is known.</summary>
internal enum CallerKind
{
    /// <summary>By reaching a server that has no keys.</summary>
    Anybody,

    ApiKey,

    Token,

    /// <summary>By the cookie of a session that a key or a token began.</summary>
    Session,
}

/// <param name="Name">The key's, or the token's holder.</param>
/// <param name="Role">Null for a token that names none of ours.</param>
/// <param name="Kind">By what.</param>
internal sealed record Caller(string Name, AccessRole? Role, CallerKind Kind)
{
    private const string NameClaim = "name", RoleClaim = "role", KindClaim = "kind";

    public ClaimsPrincipal ToPrincipal()
    {
        var identity = new ClaimsIdentity(AccessScheme.Name, NameClaim, RoleClaim);
        identity.AddClaim(new Claim(NameClaim, Name));
        if (Role is { } role) identity.AddClaim(new Claim(RoleClaim, AccessPolicies.NameOf(role)));
        identity.AddClaim(new Claim(KindClaim, Kind.ToString()));
        return new ClaimsPrincipal(identity);
    }

    /// <returns>Null for nobody.</returns>
    public static Caller? Of(ClaimsPrincipal user) =>
        user.Identity is { IsAuthenticated: true } && Enum.TryParse(user.FindFirst(KindClaim)?.Value, out CallerKind kind)
            ? new Caller(user.FindFirst(NameClaim)?.Value ?? "", AccessSettingsRules.RoleOf(user.FindFirst(RoleClaim)?.Value), kind)
            : null;
}
