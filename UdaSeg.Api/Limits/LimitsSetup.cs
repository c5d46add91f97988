using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Limits;

/// <summary>Quotas and time limits, see ADR-022.</summary>
internal static class LimitsSetup
{
    public static IServiceCollection AddUdaSegLimits(this IServiceCollection services, LimitSettings limits) =>
        services.AddSingleton<Quotas>().AddTimeLimits(limits);

    /// <summary>Before authentication.</summary>
    public static void UseKeyGuard(this WebApplication app) => app.Use(app.Services.GetRequiredService<Quotas>().GuardKeysAsync);

    /// <summary>After authorization: who may not do a thing is told so in time.</summary>
    public static void UseTimeLimits(this WebApplication app) => app.UseRequestTimeouts();

    /// <summary>After authentication, before authorization: what is refused counts too.</summary>
    public static void UseQuotas(this WebApplication app) => app.Use(app.Services.GetRequiredService<Quotas>().ChargeAsync);
}
