using System.Text.RegularExpressions;

namespace UdaSeg.Infrastructure.Settings;

/// <summary>What keys and the issuer of tokens must fulfil. Messages name the setting and never its value: a key may stand in the wrong place.</summary>
internal static partial class AccessSettingsRules
{
    public const string NameForm = "1 to 64 letters, digits, '.', '_' and '-'";
    public const string RoleForm = "viewer, trainer or admin";

    /// <summary>Of the empty key, which is nobody's.</summary>
    private const string HashOfNothing = "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855";

    public static IEnumerable<string> Faults(UdaSegSettings settings) => KeyFaults(settings.ApiKeys).Concat(OidcFaults(settings.Oidc));

    public static bool IsName(string name) => Name().IsMatch(name);

    /// <returns>Null for what is no role.</returns>
    public static AccessRole? RoleOf(string? role) => role switch
    {
        "viewer" => AccessRole.Viewer,
        "trainer" => AccessRole.Trainer,
        "admin" => AccessRole.Admin,
        _ => null,
    };

    private static IEnumerable<string> KeyFaults(IReadOnlyList<ApiKeySettings> keys)
    {
        for (int i = 0; i < keys.Count; i++)
        {
            string at = $"UdaSeg:ApiKeys:{i}";
            if (!IsName(keys[i].Name)) yield return $"{at}:Name must be {NameForm}.";
            else if (keys.Take(i).Any(k => k.Name == keys[i].Name)) yield return $"{at}:Name is another key's too; names must differ.";
            if (RoleOf(keys[i].Role) is null) yield return $"{at}:Role must be {RoleForm}.";
            if (!Hash().IsMatch(keys[i].Sha256)) yield return $"{at}:Sha256 must be the 64 hex digits of the key's SHA-256, and never the key; 'new-key' writes them.";
            else if (Same(keys[i].Sha256, HashOfNothing)) yield return $"{at}:Sha256 is the hash of an empty key.";
            else if (keys.Take(i).Any(k => Same(k.Sha256, keys[i].Sha256))) yield return $"{at}:Sha256 is another key's too; give each holder a key of its own.";
        }
    }

    private static IEnumerable<string> OidcFaults(OidcSettings oidc)
    {
        if (!oidc.IsSet)
        {
            if (oidc.Audience.Length > 0) yield return "UdaSeg:Oidc:Authority is needed beside UdaSeg:Oidc:Audience.";
            yield break;
        }

        if (!IsAuthority(oidc.Authority))
        {
            yield return "UdaSeg:Oidc:Authority must be an absolute https address without user, query and fragment (http on loopback only).";
        }

        if (string.IsNullOrWhiteSpace(oidc.Audience)) yield return "UdaSeg:Oidc:Audience must name this service, or tokens meant for others would be accepted.";
        if (string.IsNullOrWhiteSpace(oidc.RoleClaim)) yield return "UdaSeg:Oidc:RoleClaim must not be empty.";
        if (string.IsNullOrWhiteSpace(oidc.NameClaim)) yield return "UdaSeg:Oidc:NameClaim must not be empty.";
    }

    private static bool IsAuthority(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? address)
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
        && address is { UserInfo: "", Query: "", Fragment: "" };

    private static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,64}\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"\A[0-9A-Fa-f]{64}\z")]
    private static partial Regex Hash();
}
