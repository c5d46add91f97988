using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Artifacts;
using Xunit;

namespace UdaSeg.Api.Tests.Artifacts;

public sealed class FileArtifactStoreTests : ArtifactStoreContract, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FileArtifactStore _store;

    public FileArtifactStoreTests() => _store = new FileArtifactStore(_folder.Path);

    protected override IArtifactStore Store => _store;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_artifact_lies_where_the_local_path_says()
    {
        Write("a/b", 1, 2, 3);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(_store.LocalPath("a/b")));
        Assert.Throws<ArgumentException>(() => _store.LocalPath("../x"));
    }

    [Fact]
    public void A_write_uses_one_temporary_file_in_the_same_folder_and_leaves_none()
    {
        _store.Write("a/b", _ => Assert.Single(Directory.GetFiles(_store.LocalPath("a"))));
        Assert.Throws<InvalidOperationException>(() => _store.Write("a/c", FailMidway));
        Assert.Equal([_store.LocalPath("a/b")], Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void What_a_killed_writer_left_is_removed_and_what_is_being_written_is_not()
    {
        Write("a/b", 1);
        string old = Path.Combine(_folder.Path, "a", ".tmp-old"), young = Path.Combine(_folder.Path, "a", ".tmp-young");
        foreach (string file in new[] { old, young }) File.WriteAllText(file, "half");
        File.SetLastWriteTimeUtc(old, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal(1, _store.DeleteAbandoned(new DateTimeOffset(2021, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        Assert.Equal([young, _store.LocalPath("a/b")], Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_key_that_is_refused_makes_no_folder()
    {
        Assert.Throws<ArgumentException>(() => _store.Write("a/../../x", _ => { }));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }
}
