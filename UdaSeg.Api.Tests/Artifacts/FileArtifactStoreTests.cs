using UdaSeg.Api.Tests.Imaging;
using UdaSeg.Infrastructure.Artifacts;
using Xunit;

namespace UdaSeg.Api.Tests.Artifacts;

public sealed class FileArtifactStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FileArtifactStore _store;

    public FileArtifactStoreTests() => _store = new FileArtifactStore(_folder.Root);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_written_is_read_and_lies_where_the_local_path_says()
    {
        Write("runs/1/stages/0/model.safetensors", 1, 2, 3);
        Assert.Equal([1, 2, 3], Read("runs/1/stages/0/model.safetensors"));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(_store.LocalPath("runs/1/stages/0/model.safetensors")));
        Assert.True(_store.Exists("runs/1/stages/0/model.safetensors"));
        Assert.False(_store.Exists("runs/1/stages/0"));
    }

    [Fact]
    public void Writing_again_replaces()
    {
        Write("a", 1, 2, 3);
        Write("a", 4);
        Assert.Equal([4], Read("a"));
    }

    [Fact]
    public void A_writer_that_fails_midway_leaves_the_old_content_and_nothing_else()
    {
        Write("a/b", 1, 2, 3);
        Assert.Throws<InvalidOperationException>(() => _store.Write("a/b", s =>
        {
            s.Write(new byte[100_000]);
            s.Flush();
            throw new InvalidOperationException();
        }));
        Assert.Equal([1, 2, 3], Read("a/b"));
        Assert.Equal([_store.LocalPath("a/b")], Directory.GetFiles(_folder.Root, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Nothing_is_visible_under_the_key_nor_in_the_list_before_the_writer_is_done() => _store.Write("a/b", s =>
    {
        s.WriteByte(1);
        s.Flush();
        Assert.False(_store.Exists("a/b"));
        Assert.Empty(_store.List(""));
        Assert.Single(Directory.GetFiles(_store.LocalPath("a")));
    });

    [Fact]
    public void A_writer_may_close_the_stream()
    {
        _store.Write("a", s =>
        {
            s.WriteByte(5);
            s.Dispose();
        });
        Assert.Equal([5], Read("a"));
    }

    [Fact]
    public void Concurrent_writers_and_readers_see_one_writers_content_whole()
    {
        const int Length = 200_000;
        Write("a", new byte[Length]);
        Parallel.For(0, 40, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            if (i % 2 == 0) Write("a", [.. Enumerable.Repeat((byte)i, Length)]);
            byte[] seen = Read("a");
            Assert.Equal(Length, seen.Length);
            Assert.Single(seen.Distinct());
        });
        Assert.Equal(["a"], _store.List(""));
        Assert.Single(Directory.GetFiles(_folder.Root));
    }

    [Fact]
    public void A_reader_keeps_what_it_opened_when_the_key_is_replaced_or_deleted()
    {
        Write("a", 1);
        using Stream open = _store.OpenRead("a");
        Write("a", 2);
        _store.Delete("a");
        Assert.Equal(1, open.ReadByte());
        Assert.False(_store.Exists("a"));
        _store.Delete("a");
    }

    [Fact]
    public void A_missing_key_is_a_missing_file_and_the_message_shows_no_path()
    {
        FileNotFoundException missing = Assert.Throws<FileNotFoundException>(() => _store.OpenRead("no/such"));
        Assert.DoesNotContain(_folder.Root, missing.Message);
        Assert.Throws<FileNotFoundException>(() => _store.OpenRead("nothing"));
    }

    [Fact]
    public void The_list_has_the_keys_that_begin_with_the_prefix_in_ordinal_order()
    {
        foreach (string key in new[] { "runs/1/b", "runs/1/a", "runs/10/a", "runs/2", "Z", "runs/1/c/d" }) Write(key, 1);
        Assert.Equal(["Z", "runs/1/a", "runs/1/b", "runs/1/c/d", "runs/10/a", "runs/2"], _store.List(""));
        Assert.Equal(["runs/1/a", "runs/1/b", "runs/1/c/d", "runs/10/a"], _store.List("runs/1"));
        Assert.Equal(["runs/1/a", "runs/1/b", "runs/1/c/d"], _store.List("runs/1/"));
        Assert.Empty(_store.List("none/"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData(".")]
    [InlineData("a/.tmp-1")]
    [InlineData("a\\b")]
    [InlineData("a b")]
    [InlineData("a\n")]
    [InlineData("a\0b")]
    [InlineData("é")]
    public void A_key_that_could_leave_the_folder_is_refused_everywhere(string key)
    {
        Assert.Throws<ArgumentException>(() => _store.Write(key, _ => { }));
        Assert.Throws<ArgumentException>(() => _store.OpenRead(key));
        Assert.Throws<ArgumentException>(() => _store.Exists(key));
        Assert.Throws<ArgumentException>(() => _store.Delete(key));
        Assert.Throws<ArgumentException>(() => _store.LocalPath(key));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Root));
    }

    [Fact]
    public void A_prefix_cannot_leave_the_folder_either() => Assert.Throws<ArgumentException>(() => _store.List("../"));

    private void Write(string key, params byte[] content) => _store.Write(key, s => s.Write(content));

    private byte[] Read(string key)
    {
        using Stream stream = _store.OpenRead(key);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
