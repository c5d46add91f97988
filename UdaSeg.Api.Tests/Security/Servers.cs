using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.DependencyInjection;
using UdaSeg.Api.Security;
using UdaSeg.Api.Tests.Support;

namespace UdaSeg.Api.Tests.Security;

/// <summary>A server with one key a role that the tests of a class share, and one named origin.</summary>
public sealed class KeyedServer : IDisposable
{
    public const string Named = "https://app.example";

    internal ResourceHost Host { get; } = TestKeys.Host(("UdaSeg:Cors:Origins:0", Named));

    public void Dispose() => Host.Dispose();
}

/// <summary>The same without keys.</summary>
public sealed class OpenServer : IDisposable
{
    internal ResourceHost Host { get; } = new() { Settings = { ["UdaSeg:Cors:Origins:0"] = KeyedServer.Named } };

    public void Dispose() => Host.Dispose();
}

/// <summary>With keys, any page may ask, and sessions pass by the test's clock.</summary>
public sealed class SessionServer : IDisposable
{
    public SessionServer() => Host = New().WithKeys(("UdaSeg:Cors:Origins:0", "*"));

    internal ManualClock Clock { get; } = new();

    internal ResourceHost Host { get; }

    public void Dispose() => Host.Dispose();

    internal ResourceHost New() => new() { More = s => s.Configure<CookieAuthenticationOptions>(SessionCookie.Scheme, o => o.TimeProvider = Clock) };
}
