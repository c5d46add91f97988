using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using UdaSeg.Api.Tests.Support;
using Xunit;

namespace UdaSeg.Api.Tests.Security;

/// <summary>Tokens of an OpenID Connect issuer, good and forged.</summary>
public sealed class TokenTests : IAsyncLifetime
{
    private const string Limits = "/api/v1/limits";
    private readonly ResourceHost _host = TestKeys.Host();
    private FakeIssuer _issuer = null!;

    public async ValueTask InitializeAsync()
    {
        _issuer = await FakeIssuer.StartAsync();
        _host.Settings["UdaSeg:Oidc:Authority"] = _issuer.Address;
        _host.Settings["UdaSeg:Oidc:Audience"] = FakeIssuer.Audience;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task A_token_has_the_highest_role_that_it_names()
    {
        (object? Role, int Reading, int Dashboard)[] cases =
        [
            ("viewer", 200, 403), ("admin", 200, 200), ((string[])["other", "trainer", "viewer"], 200, 403), ((string[])["viewer", "admin"], 200, 200),
            (null, 403, 403), ("boss", 403, 403), ("Admin", 403, 403), (2, 403, 403),
        ];
        foreach ((object? role, int reading, int dashboard) in cases)
        {
            string token = _issuer.Token(role);
            Assert.Equal((role, reading, dashboard), (role, await StatusAsync(token), await StatusAsync(token, "/hangfire")));
        }
    }

    [Fact]
    public async Task Keys_are_accepted_beside_tokens()
    {
        Assert.Equal(200, await StatusAsync(TestKeys.Viewer));
        Assert.Equal(401, await StatusAsync("wrong"));
    }

    [Fact]
    public async Task The_caller_is_known_by_the_token_s_subject()
    {
        JsonElement caller = await (await SendAsync(HttpMethod.Get, "/api/v1/session", _issuer.Token("trainer"))).JsonAsync();
        Assert.Equal(("ann", "trainer", "token"), (caller.Text("name"), caller.Text("role"), caller.Text("by")));
        caller = await (await SendAsync(HttpMethod.Get, "/api/v1/session", _issuer.Token(null))).JsonAsync();
        Assert.Equal(("ann", null), (caller.Text("name"), caller.Text("role")));
    }

    [Fact]
    public async Task A_token_that_is_expired_or_meant_for_others_or_from_others_is_refused()
    {
        Assert.Equal(401, await StatusAsync(_issuer.Token("admin", endsIn: TimeSpan.FromMinutes(-1))));
        Assert.Equal(401, await StatusAsync(_issuer.Token("admin", endsIn: TimeSpan.FromHours(2)))); // not yet valid
        Assert.Equal(401, await StatusAsync(_issuer.Token("admin", audience: "another")));
        Assert.Equal(401, await StatusAsync(_issuer.Token("admin", issuer: "https://id.example")));
        Assert.Equal(200, await StatusAsync(_issuer.Token("admin")));
    }

    [Fact]
    public async Task A_forged_signature_is_refused()
    {
        using var strange = RSA.Create(2048);
        string genuine = _issuer.Token("viewer");
        string[] parts = genuine.Split('.');
        byte[] shown = _issuer.Key.Rsa.ExportSubjectPublicKeyInfo();
        byte[] asText = Encoding.ASCII.GetBytes(_issuer.Key.Rsa.ExportSubjectPublicKeyInfoPem());
        byte[] modulus = _issuer.Key.Rsa.ExportParameters(false).Modulus!;
        string[] forged =
        [
            _issuer.Token("admin", credentials: Signing(new RsaSecurityKey(strange) { KeyId = _issuer.Key.KeyId }, SecurityAlgorithms.RsaSha256)),
            _issuer.Token("admin", credentials: Signing(new RsaSecurityKey(strange) { KeyId = "unknown" }, SecurityAlgorithms.RsaSha256)),
            _issuer.Token("admin", credentials: Signing(new RsaSecurityKey(strange), SecurityAlgorithms.RsaSha256)),
            .. new[] { shown, asText, modulus }.Select(secret => _issuer.Token(
                "admin", credentials: Signing(new SymmetricSecurityKey(secret) { KeyId = _issuer.Key.KeyId }, SecurityAlgorithms.HmacSha256))),
            $"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""")}.{parts[1]}.",
            $"{Base64UrlEncoder.Encode($$"""{"alg":"none","kid":"{{_issuer.Key.KeyId}}"}""")}.{parts[1]}.{parts[2]}",
            $"{parts[0]}.{parts[1]}.",
            $"{parts[0]}.{Base64UrlEncoder.Encode(Base64UrlEncoder.Decode(parts[1]).Replace("viewer", "admin"))}.{parts[2]}",
            "a.b.c", "..", "...",
        ];
        foreach (string token in forged) Assert.Equal((token, 401), (token, await StatusAsync(token)));
        Assert.Equal(200, await StatusAsync(genuine));
    }

    // The library refuses a public key as a shared secret by itself; this holds even if an issuer showed a symmetric key.
    [Fact]
    public void Only_signatures_by_a_private_key_count()
    {
        JwtBearerOptions options = _host.Services.GetRequiredService<IOptionsMonitor<JwtBearerOptions>>().Get(JwtBearerDefaults.AuthenticationScheme);
        Assert.NotEmpty(options.TokenValidationParameters.ValidAlgorithms);
        Assert.All(options.TokenValidationParameters.ValidAlgorithms, a => Assert.Contains(a[..2], (string[])["RS", "PS", "ES"]));
    }

    [Fact]
    public async Task A_new_key_of_the_issuer_is_fetched_and_the_old_one_is_not_kept()
    {
        string old = _issuer.Token("viewer");
        Assert.Equal(200, await StatusAsync(old));
        _issuer.Rotate();
        string token = _issuer.Token("viewer");
        await Eventually.GetAsync(() => StatusAsync(token), status => status == 200);
        Assert.Equal(401, await StatusAsync(old));
    }

    [Fact]
    public async Task A_silent_issuer_is_not_the_caller_s_fault_and_keys_go_on_working()
    {
        string token = _issuer.Token("viewer");
        await _issuer.DisposeAsync();
        HttpResponseMessage answer = await SendAsync(HttpMethod.Get, Limits, token);
        await answer.ProblemAsync(503, "issuer-unavailable");
        Assert.Equal(200, await StatusAsync(TestKeys.Viewer));
        Assert.Equal(200, await StatusAsync(token, "/health/live"));
    }

    [Fact]
    public async Task A_session_ends_with_the_token_that_began_it()
    {
        using HttpResponseMessage begun = await SendAsync(HttpMethod.Post, "/api/v1/session", _issuer.Token("viewer"));
        string cookie = Assert.Single(begun.Headers.GetValues("Set-Cookie")).Split(';')[0];
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, Limits).With("Cookie", cookie);
        Assert.Equal(200, (int)(await _host.CreateClient().SendAsync(request, TestContext.Current.CancellationToken)).StatusCode);

        // Within the tolerance for clocks, the token is accepted for the last time; the session it begins is over.
        using HttpResponseMessage last = await SendAsync(HttpMethod.Post, "/api/v1/session", _issuer.Token("viewer", endsIn: TimeSpan.FromSeconds(-5)));
        cookie = Assert.Single(last.Headers.GetValues("Set-Cookie")).Split(';')[0];
        using HttpRequestMessage late = new HttpRequestMessage(HttpMethod.Get, Limits).With("Cookie", cookie);
        Assert.Equal(401, (int)(await _host.CreateClient().SendAsync(late, TestContext.Current.CancellationToken)).StatusCode);
    }

    private static SigningCredentials Signing(SecurityKey key, string algorithm) => new(key, algorithm);

    private async Task<int> StatusAsync(string token, string path = Limits)
    {
        using HttpResponseMessage answer = await SendAsync(HttpMethod.Get, path, token);
        return (int)answer.StatusCode;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string token)
    {
        using HttpRequestMessage request = new HttpRequestMessage(method, path).With("Authorization", $"Bearer {token}");
        return await _host.CreateClient().SendAsync(request, TestContext.Current.CancellationToken);
    }
}
