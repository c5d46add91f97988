namespace UdaSeg.Infrastructure.Settings;

/// <summary>What the settings of Label Studio's face must fulfil. The token is never repeated.</summary>
internal static class LabelStudioSettingsRules
{
    private const string At = "UdaSeg:LabelStudio:";

    public static IEnumerable<string> Faults(LabelStudioSettings studio)
    {
        if (studio.Host.Length > 0 && CorsSettingsRules.AsSent(studio.Host) != studio.Host)
        {
            yield return $"{At}Host: '{studio.Host}' is no origin; give scheme://host or scheme://host:port in lower case, "
                + "with http or https and without the scheme's own port, and no path or slash after it.";
        }

        if (studio.ApiToken.Length > 0 && studio.Host.Length == 0) yield return $"{At}ApiToken is of no use without {At}Host.";
        if (studio.ApiToken.Any(c => c is <= ' ' or > '~')) yield return $"{At}ApiToken must be visible ASCII without blanks.";
        if (string.IsNullOrWhiteSpace(studio.Checkpoint)) yield return $"{At}Checkpoint must be a checkpoint's id or an alias.";
        if (studio.FetchSeconds is < 1 or > 90) yield return $"{At}FetchSeconds must be 1 to 90, not {studio.FetchSeconds}: Label Studio itself waits for 100.";
    }
}
