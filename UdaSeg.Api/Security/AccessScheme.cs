using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using UdaSeg.Domain.Errors;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Security;

/// <summary>Finds out who calls: by a key, a token or a session's cookie, the first of these that is given, and by nothing else then.</summary>
internal sealed class AccessScheme(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder, UdaSegSettings settings, KeyRing keys,
    IOptionsMonitor<JwtBearerOptions> tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    public const string Name = "UdaSeg";
    public const string KeyHeader = "X-Api-Key";

    private const string Bearer = "Bearer ", Basic = "Basic ";

    /// <summary>The issuer of tokens does not answer: it is not the caller's fault.</summary>
    private bool _issuerAway;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (settings.IsOpen) return Known(new Caller("anybody", AccessRole.Admin, CallerKind.Anybody));
        if (Request.Headers.TryGetValue(KeyHeader, out var given)) return given is [{ } key] ? ByKey(key) : AuthenticateResult.Fail("More than one key is given.");
        var authorizations = Request.Headers.Authorization;
        if (authorizations.Count > 1) return AuthenticateResult.Fail("More than one authorization is given.");
        if (authorizations is [{ } authorization] && authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            string value = authorization[Bearer.Length..].Trim();
            return LooksLikeToken(value) ? await ByTokenAsync() : ByKey(value);
        }

        if (authorizations is [{ } basic] && basic.StartsWith(Basic, StringComparison.OrdinalIgnoreCase)) return ByPassword(basic[Basic.Length..].Trim());

        // A browser adds the cookie for whichever page asks: for pages of other origins it counts only where they are named.
        return Request.Cookies.ContainsKey(SessionCookie.Name) && RequestOrigin.MayUseCookies(Request, settings.Cors)
            ? await BySessionAsync()
            : AuthenticateResult.NoResult();
    }

    /// <summary>The body comes from <see cref="Errors.ErrorsSetup"/>.</summary>
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (_issuerAway)
        {
            throw new RuleViolationException(RuleKind.Busy, "issuer-unavailable", "The issuer of tokens does not answer, so the token cannot be checked.");
        }

        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = new[] { "ApiKey realm=\"udaseg\"", "Bearer realm=\"udaseg\"" };
        return Task.CompletedTask;
    }

    private AuthenticateResult ByKey(string key) => keys.Find(key) is { } known
        ? Known(new Caller(known.Name, known.Role, CallerKind.ApiKey))
        : AuthenticateResult.Fail("The key is not known.");

    /// <summary>For programs that can send nothing else, such as Label Studio: the key is the password, and whatever name goes before it does not matter.</summary>
    private AuthenticateResult ByPassword(string encoded)
    {
        var bytes = new byte[encoded.Length];
        string text = Convert.TryFromBase64String(encoded, bytes, out int length) ? Encoding.UTF8.GetString(bytes, 0, length) : "";
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? AuthenticateResult.Fail("The name and password cannot be read.") : ByKey(text[(colon + 1)..]);
    }

    private async Task<AuthenticateResult> ByTokenAsync()
    {
        if (!settings.Oidc.IsSet) return AuthenticateResult.Fail("Tokens are not accepted.");
        if (!await KnowsIssuerAsync())
        {
            _issuerAway = true;
            return AuthenticateResult.Fail("The token cannot be checked.");
        }

        AuthenticateResult result = await Context.AuthenticateAsync(JwtBearerDefaults.AuthenticationScheme);
        if (!result.Succeeded) return result;
        AccessRole? role = result.Principal.FindAll(settings.Oidc.RoleClaim).Select(c => AccessSettingsRules.RoleOf(c.Value)).Max();
        string name = result.Principal.FindFirst(settings.Oidc.NameClaim)?.Value ?? "token";
        return Known(new Caller(name, role, CallerKind.Token), result.Properties?.ExpiresUtc);
    }

    // Without the issuer's keys every token would be called wrong.
    private async Task<bool> KnowsIssuerAsync()
    {
        try
        {
            await tokens.Get(JwtBearerDefaults.AuthenticationScheme).ConfigurationManager!.GetConfigurationAsync(Context.RequestAborted);
            return true;
        }
        catch (InvalidOperationException fault)
        {
            Logger.LogWarning("The issuer of tokens (UdaSeg:Oidc:Authority) does not answer: {Fault}", fault.GetBaseException().Message);
            return false;
        }
    }

    private async Task<AuthenticateResult> BySessionAsync()
    {
        AuthenticateResult result = await Context.AuthenticateAsync(SessionCookie.Scheme);
        return result.Succeeded && Caller.Of(result.Principal) is { } caller ? Known(caller with { Kind = CallerKind.Session }, result.Properties?.ExpiresUtc) : result;
    }

    private AuthenticateResult Known(Caller caller, DateTimeOffset? until = null) =>
        AuthenticateResult.Success(new AuthenticationTicket(caller.ToPrincipal(), new AuthenticationProperties { ExpiresUtc = until }, Scheme.Name));

    /// <summary>Three parts; the keys that <c>new-key</c> writes have no dot.</summary>
    private static bool LooksLikeToken(string value) => value.Count(c => c == '.') == 2;
}
