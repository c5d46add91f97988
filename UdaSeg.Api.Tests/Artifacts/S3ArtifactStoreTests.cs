using System.Security.Cryptography;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Artifacts.S3;
using UdaSeg.Infrastructure.Settings;
using Xunit;

namespace UdaSeg.Api.Tests.Artifacts;

public sealed class S3ArtifactStoreTests : ArtifactStoreContract, IClassFixture<LoopbackS3>, IDisposable
{
    private readonly LoopbackS3 _server;
    private readonly S3Hosts _hosts;
    private readonly S3ArtifactStore _store;

    public S3ArtifactStoreTests(LoopbackS3 server)
    {
        _server = server;
        _hosts = new S3Hosts(server.NewBucket());
        _store = _hosts.Add("here");
    }

    protected override IArtifactStore Store => _store;

    public void Dispose() => _hosts.Dispose();

    [Fact]
    public void A_large_artifact_goes_up_in_parts_and_comes_down_the_same()
    {
        var watch = new WatchedHttp();
        byte[] content = RandomNumberGenerator.GetBytes((2 * (int)MultipartUpload.PartBytes) + 7);
        _hosts.Add("writer", watch).Write("large", s =>
        {
            s.Write(content.AsSpan(0, 1000));
            s.Write(content.AsSpan(1000));
        });
        Assert.Equal(3, watch.Count("PUT", "partNumber="));
        Assert.Equal(3, watch.Count("PUT"));
        Assert.Equal(SHA256.HashData(content), SHA256.HashData(Read("large")));
        Assert.Equal(["large"], _store.List(""));
        Assert.Equal(0, _server.OpenUploads(_hosts.Bucket));
    }

    [Fact]
    public void One_byte_more_than_a_part_makes_two_and_one_part_is_put_whole()
    {
        var watch = new WatchedHttp();
        S3ArtifactStore writer = _hosts.Add("writer", watch);
        writer.Write("a", s => s.Write(new byte[MultipartUpload.PartBytes]));
        Assert.Equal(0, watch.Count("PUT", "partNumber="));
        writer.Write("a", s => s.Write(new byte[MultipartUpload.PartBytes + 1]));
        Assert.Equal(2, watch.Count("PUT", "partNumber="));
        using Stream read = _store.OpenRead("a");
        Assert.Equal(MultipartUpload.PartBytes + 1, read.Length);
    }

    [Fact]
    public void Hosts_see_each_other_s_writes_and_deletions_at_once_even_with_an_old_copy_at_hand()
    {
        S3ArtifactStore there = _hosts.Add("there");
        Write("a", 1);
        Assert.Equal([1], Read(there, "a"));
        there.Write("a", s => s.WriteByte(2));
        Assert.Equal([2], Read("a"));
        Write("a", 3);
        Assert.Equal([3], Read(there, "a"));
        Assert.Equal(["a"], there.List(""));
        Assert.Single(_hosts.FilesOf("there")); // older versions of a key are not kept

        _store.Delete("a");
        Assert.False(there.Exists("a"));
        Assert.Throws<FileNotFoundException>(() => there.OpenRead("a"));
    }

    [Fact]
    public void What_was_downloaded_or_written_here_is_not_downloaded_again()
    {
        var watch = new WatchedHttp();
        S3ArtifactStore there = _hosts.Add("there", watch);
        Write("a", 1);
        for (int i = 0; i < 3; i++) Assert.Equal([1], Read(there, "a"));
        Assert.Equal(1, watch.Count("GET"));
        there.Write("b", s => s.WriteByte(2));
        Assert.Equal([2], Read(there, "b"));
        Assert.Equal(1, watch.Count("GET"));
    }

    [Fact]
    public void Deleting_drops_the_copy()
    {
        Write("a", 1);
        Assert.Single(_hosts.FilesOf("here"));
        _store.Delete("a");
        Assert.Empty(_hosts.FilesOf("here"));
    }

    [Fact]
    public void Threads_that_read_a_key_at_once_share_one_download()
    {
        byte[] content = RandomNumberGenerator.GetBytes(2_000_000);
        Write("a", content);
        var watch = new WatchedHttp();
        S3ArtifactStore there = _hosts.Add("there", watch);
        using var together = new Barrier(8);
        var read = new byte[8][];
        Thread[] threads = [.. Enumerable.Range(0, 8).Select(i => new Thread(() =>
        {
            together.SignalAndWait();
            read[i] = Read(there, "a");
        }))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        Assert.All(read, r => Assert.Equal(content, r));
        Assert.Equal(1, watch.Count("GET"));
        Assert.Single(_hosts.FilesOf("there"));
    }

    [Fact]
    public void Processes_that_share_a_cache_folder_may_read_a_key_at_once()
    {
        byte[] content = RandomNumberGenerator.GetBytes(1_000_000);
        Write("a", content);
        S3ArtifactStore[] processes = [.. Enumerable.Range(0, 4).Select(_ => _hosts.Add("shared"))];
        Parallel.For(0, 40, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => Assert.Equal(content, Read(processes[i % 4], "a")));
        Assert.Single(_hosts.FilesOf("shared"));
    }

    [Fact]
    public void The_cache_stays_within_its_bound_and_everything_stays_readable()
    {
        const int Each = 100_000;
        const long Bound = 1_000_000;
        S3ArtifactStore there = _hosts.Add("there", settings: _hosts.Bucket with { CacheBytes = Bound });
        for (int i = 0; i < 30; i++)
        {
            byte[] content = [.. Enumerable.Repeat((byte)i, Each)];
            (i % 2 == 0 ? _store : there).Write($"k/{i}", s => s.Write(content));
            Assert.Equal(content, Read(there, $"k/{i}"));
            Assert.InRange(_hosts.FilesOf("there").Sum(f => f.Length), Each, Bound);
        }

        Assert.Equal(0, Read(there, "k/0")[0]);
        there.Write("large", s => s.Write(new byte[Bound + 1]));
        Assert.Equal(Bound + 1, Read(there, "large").Length);
        Assert.InRange(_hosts.FilesOf("there").Sum(f => f.Length), 0, Bound);
    }

    [Fact]
    public void A_list_may_be_longer_than_one_answer_of_the_server()
    {
        string[] keys = [.. Enumerable.Range(0, 2100).Select(i => $"many/{i:D5}")];
        Directory.CreateDirectory(Path.GetDirectoryName(_server.FileOf(_hosts.Bucket, keys[0]))!);
        foreach (string key in keys) File.WriteAllBytes(_server.FileOf(_hosts.Bucket, key), []);
        Assert.Equal(keys, _store.List("many/"));
    }

    [Fact]
    public void Services_with_different_prefixes_share_a_bucket_unseen()
    {
        S3ArtifactStore one = _hosts.Add("one", settings: _hosts.Bucket with { Prefix = "teams/one" });
        S3ArtifactStore two = _hosts.Add("two", settings: _hosts.Bucket with { Prefix = "teams/two/" });
        one.Write("a/b", s => s.WriteByte(1));
        two.Write("a/b", s => s.WriteByte(2));
        Assert.Equal([1], Read(one, "a/b"));
        Assert.Equal(["a/b"], one.List("a/"));
        Assert.Equal(["teams/one/a/b", "teams/two/a/b"], _store.List(""));
        one.Delete("a/b");
        Assert.Equal([2], Read(two, "a/b"));
    }

    [Fact]
    public void Servers_that_start_at_once_make_the_bucket_together()
    {
        S3Settings bucket = _server.NewBucket();
        S3ArtifactStore[] stores = [.. Enumerable.Range(0, 8).Select(i => _hosts.Add($"starter-{i}", settings: bucket))];
        Parallel.For(0, 8, i => stores[i].MakeBucket());
        S3ArtifactStore store = _hosts.Add("new", settings: bucket);
        store.Write("a", s => s.WriteByte(1));
        Assert.Equal(["a"], store.List(""));
    }
}
