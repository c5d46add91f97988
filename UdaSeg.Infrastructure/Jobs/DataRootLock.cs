using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Infrastructure.Jobs;

/// <summary>
/// One server on one embedded data root: it may then take whatever the tables say is at work for left behind, at once. The lock goes with the process.
/// </summary>
internal sealed class DataRootLock : IDisposable
{
    private readonly FileStream _file;

    private DataRootLock(FileStream file) => _file = file;

    /// <exception cref="InvalidSettingsException">Another server holds it.</exception>
    public static DataRootLock Take(string dataRoot)
    {
        Directory.CreateDirectory(dataRoot);
        try
        {
            return new DataRootLock(new FileStream(Path.Combine(dataRoot, "server.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            throw new InvalidSettingsException([
                $"Another server works on UdaSeg:DataRoot '{dataRoot}'. Give this one a data root of its own, or let both share a PostgreSQL database (UdaSeg:Database).",
            ]);
        }
    }

    public void Dispose() => _file.Dispose();
}
