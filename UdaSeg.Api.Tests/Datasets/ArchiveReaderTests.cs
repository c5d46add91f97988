using System.IO.Compression;
using CsCheck;
using UdaSeg.Domain.Errors;
using UdaSeg.Infrastructure.Imaging.Datasets.Archives;
using Xunit;

namespace UdaSeg.Api.Tests.Datasets;

public sealed class ArchiveReaderTests
{
    private static readonly ArchiveLimits Wide = new(1000, 1 << 30, 200);

    [Fact]
    public void Every_evil_archive_is_refused_with_its_code()
    {
        foreach ((string what, byte[] zip, _, string code) in EvilZips.All())
        {
            RuleViolationException refused = Assert.Throws<RuleViolationException>(() => Unpack(zip, Wide));
            Assert.Equal((what, code), (what, refused.Code));
        }
    }

    /// <summary>Each of few names may imply hundreds of folders, which the disk would have to make.</summary>
    [Fact]
    public void Folders_that_names_imply_count_as_entries()
    {
        string deep = string.Concat(Enumerable.Repeat("d/", 250));
        byte[] zip = HandmadeZip.Of([.. Enumerable.Range(0, 5).Select(i => EvilZips.Good($"{i}/{deep}a"))]);
        Assert.Equal("archive-entries", Assert.Throws<RuleViolationException>(() => Unpack(zip, Wide)).Code);
        Assert.Equal(5, Unpack(zip, Wide with { Entries = 2000 }).Count);
    }

    [Fact]
    public void A_fault_of_the_last_entry_is_found_before_the_first_is_written()
    {
        foreach ((string what, byte[] zip, _, _) in EvilZips.All().Where(e => e.What is not ("shorter than said" or "longer than said" or "checksum")))
        {
            int written = 0;
            Assert.ThrowsAny<RuleViolationException>(() => ArchiveReader.Unpack(new MemoryStream(zip), Wide, (_, _) => written++, default));
            Assert.Equal((what, 0), (what, written));
        }
    }

    [Fact]
    public void Plain_files_arrive_byte_for_byte_and_clutter_is_left_out()
    {
        byte[] content = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * i >> 3))];
        byte[] zip = HandmadeZip.Of(
            new ZipPart("set/", []) { UnixMode = 0x41ED }, new("set/a.png", content) { Deflate = true }, new("set/é.png", [5]), new("set/.hidden", [6]),
            new("__MACOSX/set/a.png", [7]), new("none.txt", []) { UnixMode = 0 });
        Dictionary<string, byte[]> files = Unpack(zip, Wide);
        Assert.Equal(["none.txt", "set/a.png", "set/é.png"], files.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(content, files["set/a.png"]);
    }

    [Fact]
    public void What_the_library_writes_is_read()
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            zip.CreateEntry("images/");
            using Stream entry = zip.CreateEntry("images/a.png").Open();
            entry.Write([1, 2, 3]);
        }

        Assert.Equal([1, 2, 3], Unpack(file.ToArray(), Wide)["images/a.png"]);
    }

    [Fact]
    public void Entries_and_bytes_are_limited_and_a_refusal_tells_by_how_much()
    {
        byte[] three = HandmadeZip.Of(EvilZips.Good("a"), EvilZips.Good("b"), EvilZips.Good("c"));
        Assert.Equal((2, 3), Refused("archive-entries", three, Wide with { Entries = 2 }).Exceeded);
        Assert.Equal((8, 9), Refused("archive-unpacked-size", three, Wide with { UnpackedBytes = 8 }).Exceeded);
        Assert.Equal(3, Unpack(three, new ArchiveLimits(3, 9, 1)).Count);
    }

    [Fact]
    public void A_directory_longer_than_its_entries_can_be_is_not_read_to_its_end()
    {
        byte[] many = HandmadeZip.Of([.. Enumerable.Range(0, 20_000).Select(i => new ZipPart($"{i:D60}", []))]);
        var counted = new CountingStream(many);
        RuleViolationException refused = Assert.Throws<RuleViolationException>(
            () => ArchiveReader.Unpack(counted, Wide with { Entries = 10 }, (_, _) => { }, default));
        Assert.Equal("archive-entries", refused.Code);
        Assert.InRange(counted.Count, 1, (1 << 20) + (1 << 17));
    }

    [Fact]
    public void Entries_that_share_their_data_count_each()
    {
        byte[] data = [.. Enumerable.Range(0, 4000).Select(i => (byte)(i * 7919 >> 4))];
        byte[] zip = HandmadeZip.Of([new ZipPart("a", data), .. Enumerable.Range(0, 9).Select(i => new ZipPart($"{i}", data) { Overlapping = true })]);
        Assert.Contains("more than 5 times", Refused("archive-unsafe", zip, Wide with { Ratio = 5 }).Message);
        Refused("archive-unpacked-size", zip, Wide with { UnpackedBytes = 39_999 });
    }

    [Fact]
    public void Bytes_are_counted_as_written_whatever_was_declared()
    {
        byte[] zip = HandmadeZip.Of(new ZipPart("a", new byte[5_000_000]) { Deflate = true, DeclaredSize = 100 });
        long written = 0;
        Assert.Throws<RuleViolationException>(() => ArchiveReader.Unpack(new MemoryStream(zip), Wide with { Ratio = 100_000 }, (_, write) =>
        {
            using var to = new MemoryStream();
            try
            {
                write(to);
            }
            finally
            {
                written = to.Length;
            }
        }, default));
        Assert.InRange(written, 0, 100);
    }

    [Fact]
    public void A_name_that_is_let_through_never_leaves_the_folder()
    {
        Gen<char> any = Gen.OneOf(Gen.Const('.'), Gen.Const('/'), Gen.Const('\\'), Gen.Const(':'), Gen.Const('\0'), Gen.Char['a', 'z'], Gen.Char['a', 'z'], Gen.Char['a', 'z'], Gen.Char['a', 'z'], Gen.Char);
        int safe = 0;
        any.Array[0, 12].Select(c => new string(c)).Sample(
            name =>
            {
                if (EntryNames.Fault(name) is not null) return;
                Interlocked.Increment(ref safe);
                string full = Path.GetFullPath(Path.Combine("/root/set", name));
                Assert.StartsWith("/root/set/", full, StringComparison.Ordinal);
                Assert.Equal("/root/set/" + name, full);
                Assert.DoesNotContain(name, char.IsControl);
            },
            iter: 20_000);
        Assert.True(safe > 1000);
    }

    private static RuleViolationException Refused(string code, byte[] zip, ArchiveLimits limits)
    {
        RuleViolationException refused = Assert.Throws<RuleViolationException>(() => Unpack(zip, limits));
        Assert.Equal(code, refused.Code);
        return refused;
    }

    private static Dictionary<string, byte[]> Unpack(byte[] zip, ArchiveLimits limits)
    {
        var files = new Dictionary<string, byte[]>();
        ArchiveReader.Unpack(new MemoryStream(zip), limits, (name, write) =>
        {
            using var to = new MemoryStream();
            write(to);
            files[name] = to.ToArray();
        }, TestContext.Current.CancellationToken);
        return files;
    }

    private sealed class CountingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public long Count { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            int count = base.Read(buffer);
            Count += count;
            return count;
        }
    }
}
