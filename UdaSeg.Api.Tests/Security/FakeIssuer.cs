using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace UdaSeg.Api.Tests.Security;

/// <summary>An OpenID Connect issuer on a port of its own: its discovery document, its keys, and tokens as it would sign them.</summary>
internal sealed class FakeIssuer : IAsyncDisposable
{
    public const string Audience = "udaseg";

    private readonly WebApplication _app;
    private int _keys;

    private FakeIssuer(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    /// <summary>What it signs with now, and shows.</summary>
    public RsaSecurityKey Key { get; private set; } = null!;

    public static async Task<FakeIssuer> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var issuer = new FakeIssuer(builder.Build());
        issuer.Rotate();
        issuer._app.MapGet("/.well-known/openid-configuration", () => Results.Json(new Dictionary<string, string>
        {
            ["issuer"] = issuer.Address,
            ["jwks_uri"] = issuer.Address + "/keys",
        }));
        issuer._app.MapGet("/keys", () => Results.Json(new { keys = new[] { issuer.PublicKey() } }));
        await issuer._app.StartAsync();
        return issuer;
    }

    /// <summary>A new key in place of the old one.</summary>
    public void Rotate() => Key = new RsaSecurityKey(RSA.Create(2048)) { KeyId = $"key-{++_keys}" };

    public string Token(
        object? role, string? issuer = null, string audience = Audience, TimeSpan? endsIn = null, SigningCredentials? credentials = null, string claim = "role")
    {
        DateTime now = TimeProvider.System.GetUtcNow().UtcDateTime;
        DateTime end = now + (endsIn ?? TimeSpan.FromMinutes(5));
        var claims = new Dictionary<string, object> { ["sub"] = "ann" };
        if (role is not null) claims[claim] = role;
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer ?? Address,
            Audience = audience,
            Claims = claims,
            NotBefore = end - TimeSpan.FromHours(1),
            IssuedAt = end - TimeSpan.FromHours(1),
            Expires = end,
            SigningCredentials = credentials ?? new SigningCredentials(Key, SecurityAlgorithms.RsaSha256),
        });
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private Dictionary<string, string> PublicKey()
    {
        RSAParameters numbers = Key.Rsa.ExportParameters(false);
        return new Dictionary<string, string>
        {
            ["kty"] = "RSA",
            ["use"] = "sig",
            ["alg"] = "RS256",
            ["kid"] = Key.KeyId,
            ["n"] = Base64UrlEncoder.Encode(numbers.Modulus),
            ["e"] = Base64UrlEncoder.Encode(numbers.Exponent),
        };
    }
}
