using System.Security.Cryptography;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Infrastructure.Artifacts.S3;
using Xunit;

namespace UdaSeg.Api.Tests.Artifacts;

public sealed class ArtifactCacheTests : IDisposable
{
    private const int Each = 1000;
    private readonly TempFolder _folder = new();
    private readonly ManualClock _clock = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_least_recently_used_go_first()
    {
        ArtifactCache cache = Cache(4 * Each * 16 / 15);
        StoredContent[] contents = [.. Enumerable.Range(0, 4).Select(i => Add(cache, $"k{i}", (byte)i))];
        Tick();
        cache.Open("k0", contents[0])!.Dispose();
        Tick();
        StoredContent added = Add(cache, "k4", 4);
        Assert.Equal([true, false, true, true, true], contents.Append(added).Select((c, i) => IsThere(cache, $"k{i}", c)));
    }

    [Fact]
    public void A_new_process_counts_what_it_finds()
    {
        long bound = 4 * Each * 16 / 15;
        for (int i = 0; i < 8; i++) Add(Cache(bound), $"k{i}", (byte)i);
        Assert.InRange(Files().Sum(f => f.Length), Each, bound);
    }

    [Fact]
    public void A_copy_in_use_can_be_evicted_and_read_to_its_end()
    {
        ArtifactCache cache = Cache(2 * Each * 16 / 15);
        StoredContent first = Add(cache, "a", 7);
        using FileStream open = cache.Open("a", first)!;
        for (int i = 0; i < 4; i++) Add(cache, $"b{i}", 1);
        Assert.Null(cache.Open("a", first));
        byte[] read = new byte[Each];
        open.ReadExactly(read);
        Assert.All(read, b => Assert.Equal(7, b));
    }

    [Fact]
    public void What_is_larger_than_the_cache_is_handed_out_and_not_kept()
    {
        ArtifactCache cache = Cache(Each / 2);
        using (Spool spool = Filled(cache, 3))
        using (FileStream open = cache.Adopt("a", spool, spool.Finish())) Assert.Equal(Each, open.Length);
        Assert.Empty(Files());
    }

    [Fact]
    public void A_copy_that_lost_bytes_is_dropped()
    {
        ArtifactCache cache = Cache(1 << 20);
        StoredContent content = Add(cache, "a", 1);
        File.WriteAllBytes(Assert.Single(Files()).FullName, [1]);
        Assert.Null(cache.Open("a", content));
        Assert.Empty(Files());
    }

    [Fact]
    public void Keys_with_the_same_content_are_kept_and_dropped_apart()
    {
        ArtifactCache cache = Cache(1 << 20);
        StoredContent content = Add(cache, "a", 1);
        Add(cache, "b", 1);
        cache.Drop("a");
        Assert.False(cache.Knows("a"));
        Assert.True(IsThere(cache, "b", content));
        cache.Drop("a");
    }

    [Fact]
    public void What_a_dead_process_left_is_cleared_away_in_the_end()
    {
        ArtifactCache cache = Cache(1 << 20);
        using Spool left = Filled(cache, 1);
        File.SetLastWriteTimeUtc(left.Path, _clock.GetUtcNow().UtcDateTime);
        Add(Cache(1 << 20), "a", 1);
        Assert.True(File.Exists(left.Path));
        _clock.Advance(TimeSpan.FromDays(3));
        Add(Cache(1 << 20), "a", 1);
        Assert.False(File.Exists(left.Path));
    }

    [Fact]
    public void The_digest_is_that_of_what_was_written()
    {
        using Spool spool = Cache(1 << 20).NewSpool();
        spool.Stream.WriteByte(1);
        spool.Stream.Write([2, 3], 0, 2);
        Assert.Equal(3, spool.Stream.Position);
        StoredContent content = spool.Finish();
        Assert.Equal(new StoredContent(Convert.ToHexStringLower(SHA256.HashData([1, 2, 3])), 3), content);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(spool.Path));
    }

    private ArtifactCache Cache(long bytes) => new(_folder.Sub("cache"), bytes, _clock);

    private StoredContent Add(ArtifactCache cache, string key, byte value)
    {
        using Spool spool = Filled(cache, value);
        StoredContent content = spool.Finish();
        cache.Adopt(key, spool, content).Dispose();
        Tick();
        return content;
    }

    private static Spool Filled(ArtifactCache cache, byte value)
    {
        Spool spool = cache.NewSpool();
        spool.Stream.Write([.. Enumerable.Repeat(value, Each)]);
        spool.Stream.Flush();
        return spool;
    }

    private static bool IsThere(ArtifactCache cache, string key, StoredContent content)
    {
        using FileStream? copy = cache.Open(key, content);
        return copy is not null;
    }

    private FileInfo[] Files() => new DirectoryInfo(_folder.Sub("cache")).GetFiles("*", SearchOption.AllDirectories);

    private void Tick() => _clock.Advance(TimeSpan.FromSeconds(1));
}
