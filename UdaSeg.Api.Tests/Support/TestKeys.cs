using System.Security.Cryptography;
using System.Text;

namespace UdaSeg.Api.Tests.Support;

/// <summary>One key a role, as an operator would set them up.</summary>
internal static class TestKeys
{
    public const string Viewer = "a-key-that-looks", Trainer = "a-key-that-trains", Admin = "a-key-that-rules";

    public static readonly (string Role, string Key)[] All = [("viewer", Viewer), ("trainer", Trainer), ("admin", Admin)];

    public static IEnumerable<(string Setting, string Value)> Settings => All.SelectMany((k, i) => ((string, string)[])
    [
        ($"UdaSeg:ApiKeys:{i}:Name", $"the-{k.Role}"), ($"UdaSeg:ApiKeys:{i}:Role", k.Role), ($"UdaSeg:ApiKeys:{i}:Sha256", HashOf(k.Key)),
    ]);

    public static string HashOf(string key) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>A host that asks for keys.</summary>
    public static ResourceHost Host(params (string Setting, string Value)[] more) => new ResourceHost().WithKeys(more);

    public static ResourceHost WithKeys(this ResourceHost host, params (string Setting, string Value)[] more)
    {
        foreach ((string setting, string value) in Settings.Concat(more)) host.Settings[setting] = value;
        return host;
    }

    public static HttpRequestMessage With(this HttpRequestMessage request, string header, params string[] values)
    {
        foreach (string value in values) request.Headers.TryAddWithoutValidation(header, value);
        return request;
    }
}
