using System.IO.Compression;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Images;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Torch.Safetensors;
using UdaSeg.Infrastructure.Torch.Stages;
using Xunit;

namespace UdaSeg.Api.Tests.Torch;

public sealed class RunArtifactsTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FileArtifactStore _store;
    private readonly RunArtifacts _artifacts;

    public RunArtifactsTests()
    {
        _store = new FileArtifactStore(_folder.Path);
        _artifacts = new RunArtifacts(_store, Guid.Empty);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void So_many_of_the_newest_states_are_kept_over_stages_too(int keep)
    {
        (int Stage, int Iteration)[] written = [(0, 5), (0, 10), (0, 100), (1, 5), (1, 10)];
        foreach ((int stage, int iteration) in written) _artifacts.WriteState(stage, iteration, [new TensorEntry("iteration", [1], [iteration])], keep);
        Assert.Equal(keep, _store.List("").Count);
        (int last, IReadOnlyList<TensorEntry> tensors) = _artifacts.LastState(1)!.Value;
        Assert.Equal((10, 10f), (last, Assert.Single(tensors).Values[0]));
        Assert.Equal(keep == 3 ? 100 : null, _artifacts.LastState(0)?.Iteration);
    }

    [Fact]
    public void Label_maps_come_back_as_they_were_whoever_asks_and_equal_maps_make_equal_bytes()
    {
        LabelMap[] maps = [.. Enumerable.Range(0, 9).Select(n => new LabelMap(5 + n, 3, [.. Enumerable.Range(0, 3 * (5 + n)).Select(i => (byte)(i * n))]))];
        foreach (int stage in new[] { 1, 2 }) _artifacts.WritePseudoLabels(stage, maps);
        byte[][] files = [.. _store.List("").Select(key => File.ReadAllBytes(_store.LocalPath(key)))];
        Assert.Equal(files[0], files[1]);
        using (var zip = new ZipArchive(new MemoryStream(files[0]))) Assert.All(zip.Entries, e => Assert.Equal(1980, e.LastWriteTime.Year)); // or bytes would tell the time
        using LabelMapArchive archive = _artifacts.PseudoLabels(1);
        Parallel.For(0, 90, i =>
        {
            LabelMap map = archive.Find(i % 9)!;
            Assert.Equal((maps[i % 9].Width, 3), (map.Width, map.Height));
            Assert.Equal(maps[i % 9].Labels, map.Labels);
        });
        Assert.Null(archive.Find(9));
    }
}
