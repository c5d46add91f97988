using System.Security.Cryptography;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Backup;
using UdaSeg.Infrastructure.Jobs;
using UdaSeg.Infrastructure.Settings;
using Xunit;

namespace UdaSeg.Api.Tests.Backup;

public sealed class StateBackupTests : IDisposable
{
    private readonly TestDatabase _database = new();
    private readonly TestDatabase _other = new(migrate: false);
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _database.Dispose();
        _other.Dispose();
        _folder.Dispose();
    }

    private string Backup => _folder.Sub("backup");

    [Fact]
    public void What_was_backed_up_and_destroyed_is_found_again_with_equal_digests()
    {
        BackedUpState state = State(_database), other = State(_other);
        state.Fill();
        IReadOnlyList<string> before = state.Describe();
        Assert.Equal(before, state.Describe());
        Assert.Equal((3, 1, 0), Counts(state.BackUp(Backup)));
        state.AddSet(); // afterwards, and so not in it
        other.Restore(Backup);

        Assert.Equal(before, other.Describe());
        Assert.Contains(before, l => l.StartsWith("file ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_sums_are_those_of_sha256sum()
    {
        BackedUpState state = State(_database);
        state.Fill();
        state.BackUp(Backup);

        string said = await Command.RunAsync(Backup, "sha256sum", "--check", "--strict", "SHA256SUMS");
        Assert.Equal(Directory.GetFiles(Backup, "*", SearchOption.AllDirectories).Length - 1, said.Split(": OK").Length - 1);
    }

    [Fact]
    public void An_output_that_is_replaced_while_files_are_copied_is_there_as_the_copied_rows_name_it()
    {
        BackedUpState state = State(_database), other = State(_other);
        (TrainingRun run, _, _) = state.Fill();
        string key = $"runs/{run.Id}/stages/0/model.safetensors";
        int replaced = 0;
        var store = new MeddledStore(new FileArtifactStore(_database.Settings.ArtifactRoot))
        {
            // The listed blob goes before it is copied: its successor was not listed.
            Opening = opened =>
            {
                if (opened.StartsWith("runs/", StringComparison.Ordinal) && replaced++ == 0) state.OutputsOf(run).Write(key, s => s.Write("the second model"u8));
            },
        };
        Assert.Empty(state.BackUp(Backup, store).Missing);
        Assert.True(replaced > 1);
        other.Restore(Backup);

        Assert.Contains(other.Describe(), l => l.StartsWith("output ", StringComparison.Ordinal));
        using Stream model = new RunOutputs(new(_other, TimeProvider.System), new FileArtifactStore(_other.Settings.ArtifactRoot), run.Id).OpenRead(key);
        Assert.Equal("the second model", new StreamReader(model).ReadToEnd());
    }

    [Fact]
    public void An_output_that_goes_after_the_rows_were_copied_makes_them_be_copied_again()
    {
        BackedUpState state = State(_database);
        (TrainingRun run, _, _) = state.Fill();
        string key = $"runs/{run.Id}/stages/0/model.safetensors";
        int copies = 0;
        var store = new MeddledStore(new FileArtifactStore(_database.Settings.ArtifactRoot))
        {
            Listing = keys => [.. keys.Where(k => !k.StartsWith("runs/", StringComparison.Ordinal))], // so that it is only copied for its row
            Opening = opened =>
            {
                if (opened.StartsWith("runs/", StringComparison.Ordinal) && copies++ == 0) state.OutputsOf(run).Write(key, s => s.Write("the second model"u8));
            },
        };

        Assert.Empty(state.BackUp(Backup, store).Missing);
        Assert.Equal(2, copies);
        State(_other).Restore(Backup);
        Assert.True(new RunOutputs(new(_other, TimeProvider.System), new FileArtifactStore(_other.Settings.ArtifactRoot), run.Id).Exists(key));
    }

    [Fact]
    public void What_the_store_has_lost_is_told_and_the_rest_is_kept()
    {
        BackedUpState state = State(_database);
        state.Fill();
        new FileArtifactStore(_database.Settings.ArtifactRoot).Delete("models/1");

        Assert.Equal(["artifacts/models/1"], state.BackUp(Backup).Missing);
        Assert.Equal(["artifacts/models/1"], State(_other).Restore(Backup).Missing);
    }

    [Fact]
    public void A_backup_that_is_cut_short_or_damaged_is_refused_before_anything_is_written()
    {
        BackedUpState state = State(_database), other = State(_other);
        state.Fill();
        state.BackUp(Backup);
        string model = Path.Combine(Backup, "artifacts", "models", "1"), sums = Path.Combine(Backup, "SHA256SUMS");
        File.WriteAllText(model, "weight$");
        Refused("artifacts/models/1", () => other.Restore(Backup));
        File.Delete(model);
        Refused("artifacts/models/1", () => other.Restore(Backup));
        File.WriteAllText(model, "weights");
        File.Move(sums, sums + ".tmp");
        Refused("no complete backup", () => other.Restore(Backup));
        Assert.False(Directory.Exists(_other.Settings.ArtifactRoot));
        Assert.False(File.Exists(_other.Settings.DatabasePath));
        File.Move(sums + ".tmp", sums);
        other.Restore(Backup);
    }

    [Fact]
    public void A_restore_that_was_cut_short_is_repeated()
    {
        BackedUpState state = State(_database);
        state.Fill();
        state.BackUp(Backup);
        var full = new FaultyStore(new FileArtifactStore(_other.Settings.ArtifactRoot)) { Writing = () => throw new IOException("No space left on device") };
        Assert.Throws<IOException>(() => new BackedUpState(_other, _other.Settings, full).Restore(Backup));
        State(_other).Restore(Backup);

        Assert.Equal(state.Describe(), State(_other).Describe());
    }

    [Fact]
    public void Neither_overwrites_anything()
    {
        BackedUpState state = State(_database);
        state.Fill();
        state.BackUp(Backup);
        Refused("not empty", () => state.BackUp(Backup));
        Refused("a database already", () => state.Restore(Backup));
        using (DataRootLock.Take(_other.Settings.ResolvedDataRoot)) Assert.Throws<InvalidSettingsException>(() => State(_other).Restore(Backup));
    }

    [Fact]
    public void A_backup_of_another_kind_or_of_a_newer_version_is_refused()
    {
        BackedUpState state = State(_database);
        state.Fill();
        state.BackUp(Backup);
        UdaSegSettings shared = _other.Settings with { Artifacts = new() { S3 = new() { Endpoint = "http://s3", Bucket = "bucket" } } };
        Refused("sqlite+files", () => new BackedUpState(_other, shared, new FileArtifactStore(_other.Settings.ArtifactRoot)).Restore(Backup));
        Rewrite("backup.json", text => text.Replace("_", "_Later", StringComparison.Ordinal));
        Refused("newer version", () => State(_other).Restore(Backup));
    }

    private static BackedUpState State(TestDatabase database) => new(database, database.Settings, new FileArtifactStore(database.Settings.ArtifactRoot));

    private static (int, int, int) Counts(BackupResult result) => (result.Artifacts, result.Datasets, result.Missing.Count);

    private static void Refused(string because, Action work) => Assert.Contains(because, Assert.Throws<BackupRefusedException>(work).Message);

    /// <summary>Changes a file of the backup, and its sum with it.</summary>
    private void Rewrite(string name, Func<string, string> change)
    {
        string path = Path.Combine(Backup, name), sums = Path.Combine(Backup, "SHA256SUMS");
        string before = SumOf(path);
        File.WriteAllText(path, change(File.ReadAllText(path)));
        File.WriteAllText(sums, File.ReadAllText(sums).Replace(before, SumOf(path), StringComparison.Ordinal));
    }

    private static string SumOf(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    private sealed class MeddledStore(IArtifactStore inner) : IArtifactStore
    {
        public required Action<string> Opening { get; init; }

        public Func<IReadOnlyList<string>, IReadOnlyList<string>> Listing { get; init; } = keys => keys;

        public void Write(string key, Action<Stream> write) => inner.Write(key, write);

        public Stream OpenRead(string key)
        {
            Opening(key);
            return inner.OpenRead(key);
        }

        public bool Exists(string key) => inner.Exists(key);

        public void Delete(string key) => inner.Delete(key);

        public IReadOnlyList<string> List(string prefix) => Listing(inner.List(prefix));
    }
}
