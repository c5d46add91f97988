namespace UdaSeg.Infrastructure.Settings;

/// <summary>What origins must look like: as browsers send them, because they are compared letter by letter.</summary>
internal static class CorsSettingsRules
{
    private const string At = "UdaSeg:Cors:Origins";

    public static IEnumerable<string> Faults(CorsSettings cors)
    {
        if (cors.Origins.Count > 1 && cors.Origins.Contains(CorsSettings.Any)) yield return $"{At}: '*' stands for every origin, so it must stand alone.";
        foreach (string origin in cors.Origins.Where(o => o != CorsSettings.Any))
        {
            if (AsSent(origin) is not { } sent)
            {
                yield return $"{At}: '{origin}' is no origin; give scheme://host or scheme://host:port with http or https, and no path or slash after it.";
            }
            else if (sent != origin)
            {
                yield return $"{At}: browsers send '{origin}' as '{sent}'; write it so.";
            }
        }
    }

    /// <returns>Lower case, in ASCII, without the scheme's own port; null for what is no origin.</returns>
    public static string? AsSent(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out Uri? address)
        && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
        && address is { UserInfo: "", PathAndQuery: "/", Fragment: "" }
        && !origin.EndsWith('/') && !origin.Contains('*') && origin.Trim() == origin
            ? $"{address.Scheme}://{(address.HostNameType == UriHostNameType.IPv6 ? address.Host : address.IdnHost)}{(address.IsDefaultPort ? "" : $":{address.Port}")}"
            : null;
}
