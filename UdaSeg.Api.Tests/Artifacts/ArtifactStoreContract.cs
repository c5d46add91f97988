using UdaSeg.Api.Health;
using UdaSeg.Domain.Ports;
using Xunit;

namespace UdaSeg.Api.Tests.Artifacts;

/// <summary>What every artifact store promises.</summary>
public abstract class ArtifactStoreContract
{
    protected abstract IArtifactStore Store { get; }

    [Fact]
    public void What_was_written_is_read()
    {
        Write("runs/1/stages/0/model.safetensors", 1, 2, 3);
        Assert.Equal([1, 2, 3], Read("runs/1/stages/0/model.safetensors"));
        Assert.True(Store.Exists("runs/1/stages/0/model.safetensors"));
        Assert.False(Store.Exists("runs/1/stages/0"));
    }

    [Fact]
    public void Nothing_at_all_can_be_written_too()
    {
        Write("a");
        Assert.True(Store.Exists("a"));
        Assert.Empty(Read("a"));
    }

    [Fact]
    public void What_is_read_can_be_sought_in()
    {
        Write("a", 1, 2, 3);
        using Stream stream = Store.OpenRead("a");
        Assert.True(stream.CanSeek);
        Assert.Equal(3, stream.Length);
        stream.Seek(2, SeekOrigin.Begin);
        Assert.Equal(3, stream.ReadByte());
    }

    [Fact]
    public void Writing_again_replaces()
    {
        Write("a", 1, 2, 3);
        Assert.Equal([1, 2, 3], Read("a"));
        Write("a", 4);
        Assert.Equal([4], Read("a"));
    }

    [Fact]
    public void A_writer_that_fails_midway_leaves_the_old_content()
    {
        Write("a/b", 1, 2, 3);
        Assert.Throws<InvalidOperationException>(() => Store.Write("a/b", FailMidway));
        Assert.Throws<InvalidOperationException>(() => Store.Write("a/c", FailMidway));
        Assert.Equal([1, 2, 3], Read("a/b"));
        Assert.Equal(["a/b"], Store.List(""));
    }

    [Fact]
    public void Nothing_is_visible_under_the_key_nor_in_the_list_before_the_writer_is_done() => Store.Write("a/b", s =>
    {
        s.WriteByte(1);
        s.Flush();
        Assert.False(Store.Exists("a/b"));
        Assert.Empty(Store.List(""));
    });

    [Fact]
    public void A_writer_may_close_the_stream()
    {
        Store.Write("a", s =>
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
        Assert.Equal(["a"], Store.List(""));
    }

    [Fact]
    public void A_reader_keeps_what_it_opened_when_the_key_is_replaced_or_deleted()
    {
        Write("a", 1);
        using Stream open = Store.OpenRead("a");
        Write("a", 2);
        Store.Delete("a");
        Assert.Equal(1, open.ReadByte());
        Assert.False(Store.Exists("a"));
        Assert.Throws<FileNotFoundException>(() => Store.OpenRead("a"));
        Store.Delete("a");
    }

    [Fact]
    public void A_missing_key_is_a_missing_file_and_the_message_shows_no_path()
    {
        FileNotFoundException missing = Assert.Throws<FileNotFoundException>(() => Store.OpenRead("no/such"));
        Assert.DoesNotContain(Path.GetTempPath(), missing.Message);
        Assert.Throws<FileNotFoundException>(() => Store.OpenRead("nothing"));
    }

    [Fact]
    public void The_list_has_the_keys_that_begin_with_the_prefix_in_ordinal_order()
    {
        foreach (string key in new[] { "runs/1/b", "runs/1/a", "runs/10/a", "runs/2", "Z", "runs/1/c/d" }) Write(key, 1);
        Assert.Equal(["Z", "runs/1/a", "runs/1/b", "runs/1/c/d", "runs/10/a", "runs/2"], Store.List(""));
        Assert.Equal(["runs/1/a", "runs/1/b", "runs/1/c/d", "runs/10/a"], Store.List("runs/1"));
        Assert.Equal(["runs/1/a", "runs/1/b", "runs/1/c/d"], Store.List("runs/1/"));
        Assert.Empty(Store.List("none/"));
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
        Assert.Throws<ArgumentException>(() => Store.Write(key, _ => Assert.Fail("The writer ran.")));
        Assert.Throws<ArgumentException>(() => Store.OpenRead(key));
        Assert.Throws<ArgumentException>(() => Store.Exists(key));
        Assert.Throws<ArgumentException>(() => Store.Delete(key));
    }

    [Fact]
    public void A_prefix_cannot_leave_the_folder_either() => Assert.Throws<ArgumentException>(() => Store.List("../"));

    [Fact]
    public async Task The_readiness_check_works_on_it_and_leaves_nothing()
    {
        Assert.Null(await new ArtifactsCheck(Store).CheckAsync(TestContext.Current.CancellationToken));
        Assert.Empty(Store.List(""));
    }

    protected static void FailMidway(Stream stream)
    {
        stream.Write(new byte[100_000]);
        stream.Flush();
        throw new InvalidOperationException();
    }

    protected void Write(string key, params byte[] content) => Store.Write(key, s => s.Write(content));

    protected byte[] Read(string key) => Read(Store, key);

    protected static byte[] Read(IArtifactStore store, string key)
    {
        using Stream stream = store.OpenRead(key);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
