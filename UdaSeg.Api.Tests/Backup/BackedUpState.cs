using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Backup;
using UdaSeg.Infrastructure.Imaging.Datasets.Owned;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Tests.Backup;

/// <summary>A place that holds a service's state: a database, and where artifacts and own data sets lie.</summary>
/// <param name="database">Migrated, to be filled and read; not yet, to restore into.</param>
/// <param name="settings">Under which the state is copied.</param>
/// <param name="store">Of artifacts.</param>
internal sealed class BackedUpState(IDbContextFactory<UdaSegDbContext> database, UdaSegSettings settings, IArtifactStore store)
{
    private RunOutputs? _outputs;

    private OwnedFolders Owned { get; } = new(settings.ResolvedDataRoot);

    private IDatabaseCopy Copy => settings.UsesPostgres ? new PostgresCopy(settings) : new SqliteCopy(settings);

    /// <summary>One running run with an output, a checkpoint, an own data set, and an artifact that nothing names.</summary>
    public (TrainingRun Run, Checkpoint Checkpoint, Dataset Set) Fill()
    {
        TrainingRun run = Samples.Run();
        var ledger = new RunLedger(database, TimeProvider.System);
        ledger.Submit(run);
        run = ledger.TryTake(run.Id, "a worker")!;
        OutputsOf(run).Write($"runs/{run.Id}/stages/0/model.safetensors", s => s.Write("the first model"u8));
        store.Write("models/1", s => s.Write("weights"u8));
        store.Write("evaluations/nobody/predictions.zip", s => s.WriteByte(1));
        Checkpoint checkpoint = Samples.Checkpoint(key: "models/1", digest: Convert.ToHexStringLower(SHA256.HashData("weights"u8)));
        new CheckpointStore(database).Publish(checkpoint);
        return (run, checkpoint, AddSet());
    }

    /// <summary>One a run and attempt, as in a trainer: it numbers what it writes.</summary>
    public RunOutputs OutputsOf(TrainingRun run) => _outputs ??= new(new RunOutputTable(database, TimeProvider.System), store, run.Id, run.Attempt);

    public Dataset AddSet()
    {
        Dataset set = Samples.Dataset() with { Origin = DatasetOrigin.Archive };
        Directory.CreateDirectory(Path.Combine(Owned.FolderOf(set.Id), "images"));
        File.WriteAllText(Path.Combine(Owned.FolderOf(set.Id), "images", "a: 1\\n.png"), "pixels");
        new DatasetStore(database).AddAsync(set, default).GetAwaiter().GetResult();
        return set;
    }

    public BackupResult BackUp(string folder, IArtifactStore? through = null) =>
        new StateBackup(settings, through ?? store, Owned, Copy, TimeProvider.System).Write(folder);

    public BackupInfo Restore(string folder) => new StateRestore(settings, store, Owned, Copy).Read(folder);

    /// <summary>Everything, in words that can be compared: rows, artifacts and files of data sets with their digests.</summary>
    public IReadOnlyList<string> Describe()
    {
        using UdaSegDbContext db = database.CreateDbContext();
        return
        [
            .. db.Runs.AsNoTracking().OrderBy(r => r.Id).Select(r => $"run {r.Id} {r.Status} {r.LeaseEpoch} {r.Body}"),
            .. db.RunOutputs.AsNoTracking().OrderBy(o => o.Name).Select(o => $"output {o.Name} {o.Blob}"),
            .. db.RunEvents.AsNoTracking().OrderBy(e => e.Sequence).Select(e => $"event {e.RunId} {e.Sequence} {e.Data}"),
            .. db.Checkpoints.AsNoTracking().OrderBy(c => c.Id).Select(c => $"checkpoint {c.Id} {c.Body}"),
            .. db.Datasets.AsNoTracking().OrderBy(d => d.Id).Select(d => $"set {d.Id} {d.Body}"),
            .. store.List("").Select(k => $"artifact {k} {DigestOf(k)}"),
            .. Directory.Exists(Owned.Root)
                ? Directory.GetFiles(Owned.Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                    .Select(f => $"file {Path.GetRelativePath(Owned.Root, f)} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(f)))}")
                : [],
        ];
    }

    private string DigestOf(string key)
    {
        using Stream stream = store.OpenRead(key);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
