using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Imaging.Datasets.Owned;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Infrastructure.Backup;

/// <param name="Artifacts">How many were copied.</param>
/// <param name="Datasets">How many of the service's own were copied.</param>
/// <param name="Missing">What rows name and nobody has.</param>
internal sealed record BackupResult(int Artifacts, int Datasets, IReadOnlyList<string> Missing);

/// <summary>
/// Copies the whole state while the service works. Files first, for they take long and, once published, do not change; then the database, in one moment; then
/// the few files which that state names and which came after they were listed. The other way round, a run would replace its checkpoint, and delete the one that
/// the copied rows name, while gigabytes are still to be copied. If a file goes in the short time that is left, the database is copied again.
/// </summary>
internal sealed class StateBackup(UdaSegSettings settings, IArtifactStore store, OwnedFolders owned, IDatabaseCopy database, TimeProvider clock)
{
    private const int Attempts = 5;
    private const string ArtifactsFolder = "artifacts/";
    private const string DatasetsFolder = "datasets/";

    // The readiness check's, which come and go.
    private const string ProbePrefix = "health/";

    private readonly HashSet<string> _artifacts = [];
    private readonly HashSet<Guid> _datasets = [];

    public static string KindOf(UdaSegSettings settings) => $"{(settings.UsesPostgres ? "postgresql" : "sqlite")}+{(settings.Artifacts.S3 is null ? "files" : "bucket")}";

    /// <param name="path">A new or empty folder.</param>
    /// <exception cref="BackupRefusedException">With words for the operator.</exception>
    public BackupResult Write(string path)
    {
        var backup = new BackupFolder(path);
        backup.Create();
        foreach (string key in store.List("").Where(k => !k.StartsWith(ProbePrefix, StringComparison.Ordinal))) CopyArtifact(backup, key);
        foreach (Guid id in OwnHere()) CopyDataset(backup, id);
        string file = $"database/{database.FileName}";
        Directory.CreateDirectory(backup.PathOf("database"));
        IReadOnlyList<string> missing = [];
        for (int attempt = 1; attempt <= Attempts; attempt++)
        {
            DateTimeOffset at = clock.GetUtcNow();
            CopiedState state = database.CopyTo(backup.PathOf(file));
            missing = CopyMissing(backup, state.Named);
            if (missing.Count > 0 && attempt < Attempts) continue;
            backup.AddWritten(file);
            backup.Complete(new BackupInfo(BackupFolder.Format, KindOf(settings), state.Schema, at, missing));
            break;
        }

        return new BackupResult(_artifacts.Count, _datasets.Count, missing);
    }

    private IReadOnlyList<string> CopyMissing(BackupFolder backup, NamedFiles named)
    {
        List<string> missing = [.. named.Artifacts.Where(k => !_artifacts.Contains(k) && !CopyArtifact(backup, k)).Select(k => ArtifactsFolder + k)];

        // Where hosts share a bucket, the sets are artifacts too.
        if (!settings.HostsShareNoDisk) missing.AddRange(named.Datasets.Where(d => !_datasets.Contains(d) && !CopyDataset(backup, d)).Select(d => DatasetsFolder + d));
        return missing;
    }

    private bool CopyArtifact(BackupFolder backup, string key)
    {
        try
        {
            using Stream artifact = store.OpenRead(key);
            backup.Add(ArtifactsFolder + key, artifact);
            return _artifacts.Add(key);
        }
        catch (FileNotFoundException)
        {
            return false; // deleted since it was listed
        }
    }

    private IEnumerable<Guid> OwnHere() => settings.HostsShareNoDisk || !Directory.Exists(owned.Root)
        ? []
        : Directory.GetDirectories(owned.Root).Select(f => Guid.TryParse(Path.GetFileName(f), out Guid id) ? id : Guid.Empty).Where(id => id != Guid.Empty);

    private bool CopyDataset(BackupFolder backup, Guid id)
    {
        string folder = owned.FolderOf(id);
        try
        {
            foreach (string file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
            {
                using FileStream from = File.OpenRead(file);
                backup.Add($"{DatasetsFolder}{id}/{Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/')}", from);
            }

            return _datasets.Add(id);
        }
        catch (Exception gone) when (gone is DirectoryNotFoundException or FileNotFoundException)
        {
            backup.Drop(DatasetsFolder + id); // deleted while it was copied
            return false;
        }
    }
}
