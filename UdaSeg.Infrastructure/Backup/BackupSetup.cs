using Microsoft.Extensions.DependencyInjection;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Infrastructure.Backup;

internal static class BackupSetup
{
    public static IServiceCollection AddBackup(this IServiceCollection services, UdaSegSettings settings) =>
        (settings.UsesPostgres ? services.AddSingleton<IDatabaseCopy, PostgresCopy>() : services.AddSingleton<IDatabaseCopy, SqliteCopy>())
        .AddSingleton<StateBackup>()
        .AddSingleton<StateRestore>();
}
