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
    public void A_key_that_is_refused_makes_no_folder()
    {
        Assert.Throws<ArgumentException>(() => _store.Write("a/../../x", _ => { }));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }
}
