using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Imaging.Datasets.Owned;
using UdaSeg.Infrastructure.Jobs;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Infrastructure.Backup;

/// <summary>
/// Brings a backup back to an empty place. Every byte of it is checked first; the database comes last and whole, so that a restore that was cut short leaves a
/// place which still counts as empty, and not a service that misses files.
/// </summary>
internal sealed class StateRestore(UdaSegSettings settings, IArtifactStore store, OwnedFolders owned, IDatabaseCopy database)
{
    private const string ArtifactsFolder = "artifacts/";
    private const string DatasetsFolder = "datasets/";

    /// <exception cref="BackupRefusedException">With words for the operator; nothing was written unless they say so.</exception>
    /// <exception cref="InvalidSettingsException">A server works on the data root.</exception>
    public BackupInfo Read(string path)
    {
        using DataRootLock? alone = settings.IsEmbedded ? DataRootLock.Take(settings.ResolvedDataRoot) : null;
        database.CheckEmpty();
        var backup = new BackupFolder(path);
        BackupInfo info = backup.Open();
        string kind = StateBackup.KindOf(settings);
        if (info.Kind != kind) throw new BackupRefusedException($"The backup is one of {info.Kind}, and the settings are for {kind}.");
        if (!database.Knows(info.Schema)) throw new BackupRefusedException($"The backup was made by a newer version: its tables are those of {info.Schema}.");
        foreach (string name in backup.Names)
        {
            if (name.StartsWith(ArtifactsFolder, StringComparison.Ordinal)) Put(backup, name);
            else if (name.StartsWith(DatasetsFolder, StringComparison.Ordinal)) Place(backup, name);
        }

        database.Restore(backup.PathOf($"database/{database.FileName}"));
        return info;
    }

    private void Put(BackupFolder backup, string name)
    {
        using FileStream from = File.OpenRead(backup.PathOf(name));
        store.Write(name[ArtifactsFolder.Length..], from.CopyTo);
    }

    private void Place(BackupFolder backup, string name)
    {
        string file = Path.Combine(owned.Root, name[DatasetsFolder.Length..].Replace('/', Path.DirectorySeparatorChar));
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.Copy(backup.PathOf(name), file, overwrite: true);
    }
}
