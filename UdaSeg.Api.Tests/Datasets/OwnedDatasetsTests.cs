using System.Collections.Concurrent;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Imaging.Datasets;
using UdaSeg.Infrastructure.Imaging.Datasets.Owned;
using Xunit;

namespace UdaSeg.Api.Tests.Datasets;

/// <summary>Two hosts, each with a data root of its own, that share an artifact store and nothing else.</summary>
public sealed class OwnedDatasetsTests : IDisposable
{
    // Names that only a registered folder can have, which a set made from it keeps: a colon, two that differ in case, folders, another script. The first file is
    // large enough to be still on its way when a fetch breaks off.
    private static readonly string[] Names = ["big.bin", "images/12:30.png", "images/a.png", "images/A.png", "images/sub/ä b.png", "labels/a.png"];

    private readonly TempFolder _folder = new();
    private readonly FaultyStore _store;
    private readonly OwnedDatasets _maker, _other;

    public OwnedDatasetsTests()
    {
        _store = new FaultyStore(new FileArtifactStore(_folder.Sub("shared")));
        (_maker, _other) = (OwnHosts.Of(_folder.Sub("maker"), _store), OwnHosts.Of(_folder.Sub("other"), _store));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_one_host_makes_the_other_reads_the_same()
    {
        Dataset set = Make();
        Dataset here = _other.Here(set);
        Assert.Equal(_folder.Sub($"other/datasets/{set.Id}"), here.Root);
        Assert.Equal(Hash(_maker.Here(set)), Hash(here));
        Assert.Equal(["12:30", "A", "a", "sub/ä b"], FolderDatasetReader.Samples(here).Select(s => s.Name));
        Assert.All(FolderDatasetReader.Samples(here), s => Assert.StartsWith(_folder.Sub("other"), s.ImagePath, StringComparison.Ordinal));
        Assert.Equal(here, _other.Here(set));
        Assert.Equal(1, _store.Reads);
        Assert.Equal([$"{set.Id}"], Left("other"));
    }

    [Fact]
    public void The_same_files_make_the_same_stored_bytes()
    {
        Dataset set = Make();
        byte[] first = Parcel(set.Id);
        _maker.Delete(set.Id);
        using (DatasetWorkspace workspace = _maker.Open(set.Id))
        {
            foreach (string name in Names.Reverse()) Write(workspace, name);
            File.SetLastWriteTimeUtc(Path.Combine(workspace.Folder, Names[0]), new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
            Publish(workspace, []);
        }

        Assert.Equal(first, Parcel(set.Id));
        Assert.All(Names, name => Assert.True(first.AsSpan().IndexOf(Content(name)) > 0)); // not compressed
    }

    [Fact]
    public void A_registered_folder_is_left_where_it_lies_and_a_server_without_others_keeps_no_second_copy()
    {
        Dataset folder = Samples.Dataset("set", root: "/somewhere");
        Assert.Same(folder, _other.Here(folder));

        OwnedDatasets alone = OwnHosts.Alone(_folder.Sub("alone"));
        var id = Guid.CreateVersion7();
        using (DatasetWorkspace workspace = alone.Open(id)) Publish(workspace, Names);
        Assert.True(alone.Exists(id));
        Assert.Equal(_folder.Sub($"alone/datasets/{id}"), alone.Here(Owned(id) with { Root = "/where/the/data/root/was" }).Root);
        Assert.Empty(_store.List("datasets/"));
    }

    [Fact]
    public async Task Many_who_need_the_same_set_at_once_fetch_it_once()
    {
        Dataset set = Make();
        string whole = Hash(_maker.Here(set));
        OwnedDatasets child = OwnHosts.Of(_folder.Sub("other"), _store); // as another process on that host
        using var go = new Barrier(8);
        var seen = new ConcurrentBag<string>();
        Thread[] threads = [.. Enumerable.Range(0, 8).Select(i => new Thread(() =>
        {
            go.SignalAndWait();
            seen.Add(Hash((i % 2 == 0 ? _other : child).Here(set)));
        }))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        Assert.Equal(Enumerable.Repeat(whole, 8), seen);
        Assert.Equal(1, _store.Reads);

        Dataset next = Make();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _other.BringAsync(next, TestContext.Current.CancellationToken)));
        Assert.Equal(2, _store.Reads);
        Assert.Equal(2, Left("other").Length);
    }

    [Fact]
    public async Task Whoever_finds_the_folder_held_waits_until_told_to_stop()
    {
        Dataset set = Make();
        using var stop = new CancellationTokenSource();
        using (new OwnedFolders(_folder.Sub("other")).Open(set.Id))
        {
            Task waiting = Task.Run(() => _other.Here(set, stop.Token), TestContext.Current.CancellationToken);
            Assert.NotSame(waiting, await Task.WhenAny(waiting, Task.Delay(300, TestContext.Current.CancellationToken)));
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        }

        Assert.Empty(Left("other"));
        Assert.Equal(Hash(_maker.Here(set)), Hash(_other.Here(set)));
    }

    [Theory]
    [InlineData(5, false)] // the store falls silent
    [InlineData(28, true)] // no space left
    public void Of_a_fetch_that_fails_nothing_stays_and_the_next_one_works(int code, bool full)
    {
        Dataset set = Make();
        _store.Reading = stream => new BrokenStream(stream, breakAt: 100_000, new IOException("broken", code));
        DatasetTransferException fault = Assert.Throws<DatasetTransferException>(() => _other.Here(set));
        Assert.Equal($"The files of the data set '{set.Name}' could not be fetched from the artifact store.", fault.Message);
        Assert.Equal(full, StorageFull.Is(fault));
        Assert.Empty(Left("other"));
        _store.Reading = null;
        Assert.Equal(Hash(_maker.Here(set)), Hash(_other.Here(set)));
    }

    [Fact]
    public async Task A_fetch_that_failed_is_tried_anew_by_the_next_request()
    {
        Dataset set = Make();
        _store.Reading = _ => throw new IOException("away");
        await Assert.ThrowsAsync<DatasetTransferException>(() => _other.BringAsync(set, default));
        _store.Reading = null;
        await _other.BringAsync(set, TestContext.Current.CancellationToken);
        Assert.Equal([$"{set.Id}"], Left("other"));
    }

    [Fact]
    public void Of_a_set_that_the_store_does_not_take_nothing_stays()
    {
        var id = Guid.CreateVersion7();
        using (DatasetWorkspace workspace = _maker.Open(id))
        {
            _store.Writing = () => throw new IOException("away");
            Assert.Throws<DatasetTransferException>(() => Publish(workspace, Names));
        }

        Assert.Empty(Left("maker"));
        _store.Writing = null;
        using (DatasetWorkspace workspace = _maker.Open(id)) Publish(workspace, Names, keep: false); // it could not be registered
        Assert.Empty(Left("maker"));
        Assert.Empty(_store.List("datasets/"));
        Assert.False(_maker.Exists(id) || _other.Exists(id));
    }

    [Fact]
    public void A_deleted_set_is_gone_for_all_and_copies_go_with_the_sweep()
    {
        (Dataset set, Dataset kept) = (Make(), Make());
        foreach (Dataset one in (Dataset[])[set, kept]) _other.Here(one);
        _maker.Delete(set.Id);
        Assert.Equal([$"{kept.Id}"], Left("maker"));
        Assert.Equal([$"datasets/{kept.Id}/files.zip"], _store.List("datasets/"));
        Assert.Equal(1, _other.Sweep(id => id == kept.Id));
        Assert.Equal([$"{kept.Id}"], Left("other"));
        RuleViolationException none = Assert.Throws<RuleViolationException>(() => _other.Here(set));
        Assert.Equal(("dataset-path-not-found", RuleKind.Unusable), (none.Code, none.Kind));
        Assert.DoesNotContain(_folder.Path, none.Message);
    }

    [Fact]
    public void A_parcel_of_no_set_is_deleted_when_it_is_seen_twice_and_half_made_folders_at_once()
    {
        Dataset set = Make(); // by a host that is about to register it, or was killed before it could
        Directory.CreateDirectory(_folder.Sub($"other/datasets/.tmp-{Guid.NewGuid()}-{Guid.NewGuid():N}/images"));
        Assert.Equal(1, _other.Sweep(_ => false));
        Assert.True(_other.Exists(set.Id));
        Assert.Equal(1, _other.Sweep(_ => false));
        Assert.False(_other.Exists(set.Id));
        Assert.Empty(Left("other"));
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("/x")]
    [InlineData("a/../../x")]
    [InlineData("a//b")]
    [InlineData("./x")]
    [InlineData("a\0b")]
    [InlineData("")]
    public void A_parcel_with_a_name_that_leads_out_is_refused(string name) => Refused(HandmadeZip.Of(EvilZips.Good("images/a.png"), EvilZips.Good(name)));

    [Fact]
    public void A_parcel_that_was_tampered_with_is_refused()
    {
        string[] fine = ["doubled but for case", "file and folder"]; // the second by case alone
        foreach ((string what, byte[] zip, _, _) in EvilZips.All().Where(e => !e.What.StartsWith("name", StringComparison.Ordinal) && !fine.Contains(e.What)))
        {
            TestContext.Current.TestOutputHelper!.WriteLine(what);
            Refused(zip);
        }

        Refused(HandmadeZip.Of(EvilZips.Good("a/b"), EvilZips.Good("a")));
        Refused(HandmadeZip.Of(new ZipPart("a", new byte[2000]) { Deflate = true })); // we never compress
    }

    private void Refused(byte[] zip)
    {
        Dataset set = Owned(Guid.CreateVersion7());
        _store.Write($"datasets/{set.Id}/files.zip", to => to.Write(zip));
        RuleViolationException refused = Assert.Throws<RuleViolationException>(() => _other.Here(set));
        Assert.Equal("dataset-damaged", refused.Code);
        Assert.Empty(Left("other"));
        Assert.Equal(["other", "shared"], Directory.GetDirectories(_folder.Path).Select(Path.GetFileName).Order());
    }

    private Dataset Make()
    {
        Dataset set = Owned(Guid.CreateVersion7()) with { Root = "/on/the/maker" };
        using DatasetWorkspace workspace = _maker.Open(set.Id);
        Publish(workspace, Names);
        return set;
    }

    private static void Write(DatasetWorkspace workspace, string name) => workspace.Write(name, to => to.Write(Content(name)));

    private static void Publish(DatasetWorkspace workspace, string[] names, bool keep = true)
    {
        foreach (string name in names) Write(workspace, name);
        workspace.Publish(TestContext.Current.CancellationToken);
        if (keep) workspace.Keep();
    }

    private static byte[] Content(string name) => name == "big.bin" ? new byte[200_000] : DatasetFolders.Image((byte)(name.Length * 7));

    private static Dataset Owned(Guid id) => Samples.Dataset("set") with { Id = id, Origin = DatasetOrigin.Archive, Path = ".", Labels = "labels" };

    private static string Hash(Dataset located) => DatasetContent.HashFiles(FolderDatasetReader.Samples(located), default);

    private byte[] Parcel(Guid id) => File.ReadAllBytes(_folder.Sub($"shared/datasets/{id}/files.zip"));

    private string[] Left(string host) => Directory.Exists(_folder.Sub($"{host}/datasets"))
        ? [.. Directory.GetFileSystemEntries(_folder.Sub($"{host}/datasets")).Select(p => Path.GetFileName(p))]
        : [];
}
