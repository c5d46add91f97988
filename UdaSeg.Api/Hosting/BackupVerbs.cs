using UdaSeg.Infrastructure.Artifacts.S3;
using UdaSeg.Infrastructure.Backup;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Hosting;

/// <summary>The verbs <c>backup</c> and <c>restore</c>, under the settings that the server has. A backup may be made while servers work; a restore may not.</summary>
internal static class BackupVerbs
{
    /// <returns>0: all is there, or back; 1: it was written, and something that the database names was nowhere; 2: refused.</returns>
    public static int Run(string[] args, TextWriter output, TextWriter faults)
    {
        switch (args)
        {
            case ["backup", "--to", string folder]:
                return Backup(folder, output, faults);
            case ["restore", "--from", string folder]:
                return Restore(folder, output, faults);
            default:
                faults.WriteLine("Usage: backup --to FOLDER, or restore --from FOLDER");
                return 2;
        }
    }

    private static int Backup(string folder, TextWriter output, TextWriter faults) => Guarded(faults, services =>
    {
        BackupResult result = services.GetRequiredService<StateBackup>().Write(folder);
        output.WriteLine($"Backed up the database, {result.Artifacts} artifacts and {result.Datasets} data sets to {folder}.");
        foreach (string name in result.Missing) faults.WriteLine($"The database names {name}, which was not to be found.");
        return result.Missing.Count == 0 ? 0 : 1;
    });

    private static int Restore(string folder, TextWriter output, TextWriter faults) => Guarded(faults, services =>
    {
        services.GetService<S3ArtifactStore>()?.MakeBucket();
        BackupInfo info = services.GetRequiredService<StateRestore>().Read(folder);
        output.WriteLine($"Restored the state of {info.At:u} from {folder}. Start the service.");
        return 0;
    });

    private static int Guarded(TextWriter faults, Func<IServiceProvider, int> work)
    {
        UdaSegSettings settings = Verbs.ReadSettings();
        using ServiceProvider services = new ServiceCollection()
            .AddLogging(logging => logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning))
            .AddUdaSegCore(settings)
            .AddBackup(settings)
            .BuildServiceProvider();
        try
        {
            return work(services);
        }
        catch (Exception fault) when (fault is BackupRefusedException or IOException or UnauthorizedAccessException)
        {
            faults.WriteLine(fault.Message);
            return 2;
        }
    }
}
