using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.IdentityModel.Tokens;
using UdaSeg.Api.Limits;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Security;

/// <summary>Who may do what, see ADR-017.</summary>
internal static class SecuritySetup
{
    /// <summary>How far clocks may differ.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    /// <summary>An unknown key's id lets the issuer be asked for its keys again, but not more often than this.</summary>
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(30);

    /// <summary>After which the issuer's keys are fetched again, so that those it took back are forgotten.</summary>
    private static readonly TimeSpan KeysLast = TimeSpan.FromHours(1);

    /// <summary>With the issuer's answers.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Signed with a private key: with a shared secret, the issuer's public key could be used as one.</summary>
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    public static IServiceCollection AddUdaSegSecurity(this IServiceCollection services, UdaSegSettings settings)
    {
        AuthenticationBuilder schemes = services.AddAuthentication(AccessScheme.Name)
            .AddScheme<AuthenticationSchemeOptions, AccessScheme>(AccessScheme.Name, null)
            .AddCookie(SessionCookie.Scheme, SessionCookie.Describe);
        if (settings.Oidc.IsSet)
        {
            schemes.AddJwtBearer(options => Describe(options, settings.Oidc));
            services.PostConfigure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, ForgetOldKeys);
        }

        services.AddDataProtection().SetApplicationName("UdaSeg").PersistKeysToFileSystem(OwnerFolder(settings.SealRoot));
        return services
            .AddAuthorization(AccessPolicies.Describe)
            .AddSingleton<IAuthorizationHandler, RoleHandler>()
            .AddSingleton<IAuthorizationMiddlewareResultHandler, Refusals>()
            .AddSingleton<KeyRing>()
            .AddSingleton<SessionCookie>();
    }

    /// <summary>After what anyone may fetch, before every route.</summary>
    public static void UseUdaSegSecurity(this WebApplication app)
    {
        app.UseKeyGuard();
        app.UseAuthentication();
        app.UseQuotas();
        app.UseAuthorization();
        app.UseTimeLimits();
    }

    private static void Describe(JwtBearerOptions options, OidcSettings oidc)
    {
        options.Authority = oidc.Authority;
        options.RequireHttpsMetadata = oidc.Authority.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
        options.BackchannelTimeout = Patience;
        options.MapInboundClaims = false;
        options.RefreshInterval = RefreshInterval;
        options.AutomaticRefreshInterval = KeysLast;
        options.TokenValidationParameters = new TokenValidationParameters
        {
            ValidAudience = oidc.Audience,
            ValidAlgorithms = Algorithms,
            ClockSkew = ClockSkew,
        };
    }

    // The library would accept a key for an hour more after the issuer has taken it back.
    private static void ForgetOldKeys(JwtBearerOptions options)
    {
        if (options.ConfigurationManager is BaseConfigurationManager manager) manager.UseLastKnownGoodConfiguration = false;
    }

    // Whoever reads these files can make sessions of any key.
    private static DirectoryInfo OwnerFolder(string path) => OperatingSystem.IsWindows()
        ? Directory.CreateDirectory(path)
        : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
}
