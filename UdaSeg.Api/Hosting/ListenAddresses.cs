using System.Net;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Hosting;

/// <summary>Without API keys and an issuer of tokens, whoever reaches the server may do everything: so it listens to this machine only.</summary>
internal static class ListenAddresses
{
    public const string Default = "http://127.0.0.1:5080";

    /// <summary>Of a worker, which several may be of on one machine: a free port, told in the log.</summary>
    private const string Anywhere = "http://127.0.0.1:0";

    /// <exception cref="InvalidSettingsException">When an address other than loopback is asked for, and nobody would have to show a key there.</exception>
    public static void Apply(WebApplicationBuilder builder, UdaSegSettings settings)
    {
        string? urls = builder.Configuration[WebHostDefaults.ServerUrlsKey];
        if (string.IsNullOrWhiteSpace(urls)) builder.WebHost.UseUrls(urls = settings.Role == ServerRole.Worker ? Anywhere : Default);
        if (!settings.IsOpen) return;
        IEnumerable<string> endpoints = builder.Configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(e => e["Url"]).OfType<string>();
        string[] open = [.. urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Concat(endpoints)
            .Where(url => !IsLoopback(url))];
        if (open.Length == 0) return;
        string refused = string.Join(", ", open);
        throw new InvalidSettingsException([$"No API key is configured, so the server listens on loopback addresses only, not on {refused}. "
            + $"Use {Default}, or make a key with 'new-key' and add it to UdaSeg:ApiKeys."]);
    }

    internal static bool IsLoopback(string url)
    {
        try
        {
            BindingAddress address = BindingAddress.Parse(url);
            return address.IsUnixPipe || address.Host == "localhost"
                || (IPAddress.TryParse(address.Host.Trim('[', ']'), out IPAddress? ip) && IPAddress.IsLoopback(ip));
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
