namespace UdaSeg.Api.Limits;

/// <summary>Quotas, see ADR-022.</summary>
internal static class LimitsSetup
{
    public static IServiceCollection AddUdaSegLimits(this IServiceCollection services) => services.AddSingleton<Quotas>();

    /// <summary>Before authentication.</summary>
    public static void UseKeyGuard(this WebApplication app) => app.Use(app.Services.GetRequiredService<Quotas>().GuardKeysAsync);

    /// <summary>After authentication, before authorization: what is refused counts too.</summary>
    public static void UseQuotas(this WebApplication app) => app.Use(app.Services.GetRequiredService<Quotas>().ChargeAsync);
}
