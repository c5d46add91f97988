using UdaSeg.Api.Tests.Support;
using UdaSeg.Api.Tests.Torch;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Errors;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Onnx;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.Onnx;

/// <summary>Exported files in the artifact store: made once, and gone with their checkpoint.</summary>
[Collection(nameof(TorchCollection))]
public sealed class OnnxFilesTests : IDisposable
{
    private static readonly byte[] Weights = TinyNetwork.File(TinyNetwork.Tensors(8));

    private readonly TestDatabase _database = new();
    private readonly TempFolder _folder = new();
    private readonly FaultyStore _store;
    private readonly CheckpointStore _checkpoints;
    private readonly OnnxFiles _files;

    public OnnxFilesTests()
    {
        _store = new FaultyStore(new FileArtifactStore(_folder.Path));
        _checkpoints = new CheckpointStore(_database);
        _files = new OnnxFiles(_store, _checkpoints);
    }

    public void Dispose()
    {
        _files.Dispose();
        _database.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Many_first_requests_make_one_file()
    {
        Checkpoint checkpoint = Publish();
        int writes = 0;
        _store.Writing = () => Interlocked.Increment(ref writes);
        byte[][] files = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => ReadAsync(checkpoint))));
        Assert.Equal(1, writes);
        Assert.All(files, file => Assert.Equal(files[0], file));
        Assert.Equal([OnnxFiles.KeyOf(checkpoint.Id)], _store.List("exports/"));
        await ReadAsync(checkpoint);
        Assert.Equal(1, writes);
    }

    [Fact]
    public async Task A_checkpoint_that_is_deleted_during_its_export_leaves_nothing()
    {
        Checkpoint checkpoint = Publish();
        _store.Writing = () => _checkpoints.DeleteAsync(checkpoint.Id, default).GetAwaiter().GetResult();
        await RefusedAsync(checkpoint, "checkpoint-not-found");
        Assert.Empty(_store.List("exports/"));
    }

    [Fact]
    public async Task A_failed_export_is_told_and_the_next_one_may_succeed()
    {
        Checkpoint checkpoint = Publish();
        _store.Reading = stream => new BrokenStream(stream, 5000, new IOException("the disk"));
        await Assert.ThrowsAsync<IOException>(() => _files.OpenAsync(checkpoint, default));
        _store.Reading = null;
        Assert.NotEmpty(await ReadAsync(checkpoint));
        Checkpoint other = Publish();
        CheckpointArchitecture wider = other.Manifest.Architecture with { DecoderChannels = 9 };
        await RefusedAsync(other with { Manifest = other.Manifest with { Architecture = wider } }, "checkpoint-unloadable");
        _store.Write(other.WeightsKey, s => s.Write("no tensors at all"u8));
        await RefusedAsync(other, "checkpoint-unloadable");
        _store.Delete(other.WeightsKey);
        await RefusedAsync(other, "weights-not-found");
    }

    [Fact]
    public void Files_that_no_checkpoint_needs_are_swept()
    {
        (Guid kept, Guid gone) = (Publish().Id, Guid.CreateVersion7());
        int later = OnnxExport.Version + 1;
        string[] keys =
        [
            OnnxFiles.KeyOf(kept), OnnxFiles.KeyOf(gone), $"exports/{kept}/v0.onnx", $"exports/{kept}/v{later}.onnx", $"exports/{gone}/v{later}.onnx",
            "exports/other",
        ];
        foreach (string key in keys) _store.Write(key, s => s.WriteByte(1));
        Assert.Equal(3, _files.DeleteOrphans());
        Assert.Equal(((string[])[keys[0], keys[3], keys[5]]).Order(StringComparer.Ordinal), _store.List("exports/"));
        _files.Delete(kept);
        Assert.Equal([keys[5]], _store.List("exports/"));
    }

    private Checkpoint Publish()
    {
        string key = $"models/{Guid.NewGuid():N}";
        _store.Write(key, s => s.Write(Weights));
        var checkpoint = new Checkpoint(Guid.CreateVersion7(), TinyNetwork.Manifest(Weights), key, Weights.Length, Samples.Now, Imported: true);
        _checkpoints.Publish(checkpoint);
        return checkpoint;
    }

    private async Task<byte[]> ReadAsync(Checkpoint checkpoint)
    {
        await using Stream file = await _files.OpenAsync(checkpoint, default);
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private async Task RefusedAsync(Checkpoint checkpoint, string code) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<RuleViolationException>(() => _files.OpenAsync(checkpoint, default))).Code);
}
