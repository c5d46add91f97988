using System.Text;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Jobs;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.Artifacts;

public sealed class RunOutputsTests : IDisposable
{
    private readonly TestDatabase _database = new();
    private readonly TempFolder _folder = new();
    private readonly TrainingRun _run = Samples.Run();

    public RunOutputsTests() => Ledger.Submit(_run);

    private RunLedger Ledger => new(_database, TimeProvider.System);

    private FileArtifactStore Blobs => new(_folder.Path);

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Outputs_are_found_under_their_names_by_this_and_every_later_attempt()
    {
        RunOutputs first = Take();
        Write(first, "stages/0/model.safetensors", "T0");
        Write(first, "state/000-000000005.safetensors", "five");
        RunOutputs second = Take();
        Write(second, "state/000-000000009.safetensors", "nine");
        Assert.Equal("T0", Read(second, "stages/0/model.safetensors"));
        Assert.Equal([Key("state/000-000000005.safetensors"), Key("state/000-000000009.safetensors")], second.List(Key("state/")));
        Assert.Equal("nine", Read(new RunOutputs(Table, Blobs, _run.Id), "state/000-000000009.safetensors"));
        second.Delete(Key("state/000-000000005.safetensors"));
        Assert.False(second.Exists(Key("state/000-000000005.safetensors")));
        Assert.Equal(2, Blobs.List($"runs/{_run.Id}/").Count); // no bytes without a name
    }

    [Fact]
    public void An_owner_that_was_overtaken_publishes_changes_and_deletes_nothing()
    {
        RunOutputs old = Take();
        Write(old, "stages/0/score.json", "good");
        RunOutputs now = Take();
        string[] before = [.. Blobs.List("runs/")];
        Assert.Throws<RunLostException>(() => Write(old, "stages/0/score.json", "evil"));
        Assert.Throws<RunLostException>(() => Write(old, "stages/0/other.json", "evil"));
        Assert.Throws<RunLostException>(() => old.Delete(Key("stages/0/score.json")));
        Assert.Equal("good", Read(now, "stages/0/score.json"));
        Assert.False(now.Exists(Key("stages/0/other.json")));
        Assert.Equal(before, Blobs.List("runs/"));
    }

    [Fact]
    public void A_reader_that_has_opened_an_output_reads_it_whole_while_another_is_published()
    {
        RunOutputs outputs = Take();
        Write(outputs, "stages/0/score.json", "first");
        using Stream reader = outputs.OpenRead(Key("stages/0/score.json"));
        Write(outputs, "stages/0/score.json", "second");
        Assert.Equal("first", new StreamReader(reader).ReadToEnd());
        Assert.Equal("second", Read(outputs, "stages/0/score.json"));
    }

    [Fact]
    public void A_write_that_fails_leaves_what_was_there()
    {
        RunOutputs outputs = Take();
        Write(outputs, "stages/0/score.json", "good");
        Assert.Throws<IOException>(() => outputs.Write(Key("stages/0/score.json"), stream =>
        {
            stream.Write("half"u8);
            throw new IOException("the disk is gone");
        }));
        Assert.Equal("good", Read(outputs, "stages/0/score.json"));
        Assert.Single(Blobs.List("runs/"));
    }

    [Fact]
    public void A_store_that_is_away_for_a_while_is_waited_for_and_one_that_refuses_is_not()
    {
        Take();
        var away = new Faulty(Blobs) { Fault = new ArtifactsUnavailableException("away", new IOException()), Times = 3 };
        var outputs = new RunOutputs(Table, away, _run.Id, 1, TimeSpan.FromMinutes(1));
        Write(outputs, "stages/0/score.json", "there");
        away.Times = 1;
        Assert.Equal("there", Read(outputs, "stages/0/score.json"));
        (away.Fault, away.Times) = (new IOException("refused"), 1);
        Assert.Throws<IOException>(() => Write(outputs, "stages/0/score.json", "not there"));
        (away.Fault, away.Times) = (new ArtifactsUnavailableException("away", new IOException()), 1);
        Assert.Throws<ArtifactsUnavailableException>(() => Read(new RunOutputs(Table, away, _run.Id), "stages/0/score.json")); // a request does not wait
        Assert.Equal("there", Read(outputs, "stages/0/score.json"));
    }

    [Fact]
    public void Outputs_from_before_there_were_epochs_are_read_where_they_lie()
    {
        Blobs.Write(Key("stages/0/score.json"), stream => stream.Write("old"u8));
        Assert.Equal("old", Read(new RunOutputs(Table, Blobs, _run.Id), "stages/0/score.json"));
    }

    [Fact]
    public void Without_a_lease_nothing_can_be_written_and_other_runs_keys_are_refused()
    {
        Assert.Throws<InvalidOperationException>(() => Write(new RunOutputs(Table, Blobs, _run.Id), "a", "b"));
        Assert.Throws<ArgumentException>(() => Take().Exists($"runs/{Guid.NewGuid()}/a"));
    }

    [Fact]
    public void A_blob_that_two_runs_share_goes_with_the_last_of_them()
    {
        RunOutputs parent = Take();
        Write(parent, "stages/0/model.safetensors", "T0");
        TrainingRun branch = Samples.Run();
        string blob = parent.BlobOf(Key("stages/0/model.safetensors"));
        Ledger.Submit(branch, new RunOutput("stages/0/model.safetensors", blob));
        parent.Delete(Key("stages/0/model.safetensors"));
        Assert.True(Blobs.Exists(blob));
        Ledger.TryTake(branch.Id, "owner");
        new RunOutputs(Table, Blobs, branch.Id, 1).Delete($"runs/{branch.Id}/stages/0/model.safetensors");
        Assert.False(Blobs.Exists(blob));
    }

    [Fact]
    public void Blobs_that_no_run_names_are_swept_and_those_on_their_way_are_left()
    {
        RunOutputs first = Take();
        Write(first, "stages/0/model.safetensors", "published");
        Blobs.Write($"runs/{_run.Id}/e1/000099/stages/1/model.safetensors", s => s.WriteByte(1)); // its attempt died before it was published
        Blobs.Write($"runs/{_run.Id}/stages/0/legacy.json", s => s.WriteByte(1));
        Blobs.Write($"runs/{Guid.NewGuid()}/e1/000001/x", s => s.WriteByte(1)); // of a run that is gone
        Blobs.Write("checkpoints/imported", s => s.WriteByte(1));
        var orphans = new OrphanBlobs(_database, Blobs);
        Assert.Equal(1, orphans.Delete()); // the attempt may be about to publish
        Take();
        Blobs.Write($"runs/{_run.Id}/e2/000001/x", s => s.WriteByte(1));
        Assert.Equal(1, orphans.Delete());
        Assert.Equal(
            ["checkpoints/imported", first.BlobOf(Key("stages/0/model.safetensors")), $"runs/{_run.Id}/e2/000001/x", Key("stages/0/legacy.json")],
            Blobs.List(""));
        Ledger.Write(_run.Id, r => r.Interrupt());
        Assert.Equal(1, orphans.Delete());
    }

    /// <summary>A store that fails so many times.</summary>
    private sealed class Faulty(IArtifactStore store) : IArtifactStore
    {
        public required Exception Fault { get; set; }

        public int Times { get; set; }

        public void Write(string key, Action<Stream> write) => Working().Write(key, write);

        public Stream OpenRead(string key) => Working().OpenRead(key);

        public bool Exists(string key) => Working().Exists(key);

        public void Delete(string key) => Working().Delete(key);

        public IReadOnlyList<string> List(string prefix) => Working().List(prefix);

        private IArtifactStore Working() => Times-- > 0 ? throw Fault : store;
    }

    private RunOutputTable Table => new(_database, TimeProvider.System);

    /// <summary>The next attempt's outputs.</summary>
    private RunOutputs Take()
    {
        if (new RunStore(_database).Find(_run.Id)!.IsOpen())
        {
            Ledger.Write(_run.Id, r => r.Interrupt());
            Ledger.Write(_run.Id, r => r.Requeue());
        }

        return new RunOutputs(Table, Blobs, _run.Id, Ledger.TryTake(_run.Id, "owner")!.Attempt);
    }

    private string Key(string name) => $"runs/{_run.Id}/{name}";

    private void Write(IArtifactStore outputs, string name, string text) => outputs.Write(Key(name), stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    private string Read(IArtifactStore outputs, string name)
    {
        using Stream stream = outputs.OpenRead(Key(name));
        return new StreamReader(stream).ReadToEnd();
    }
}
