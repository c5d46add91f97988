using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Imaging.Datasets;
using UdaSeg.Infrastructure.Jobs;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.Jobs;

/// <summary>A run trains on what was validated, or not at all.</summary>
public sealed class ChangedDatasetTests : IDisposable
{
    private readonly TestDatabase _database = new();
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Files_as_they_were_validated_are_trained_on()
    {
        TrainingRun run = await RunAsync();
        Assert.Equal(3, Source().JobOf(run).Source.Count);
        File.SetLastWriteTimeUtc(_folder.Sub("truth/labels/0.png"), DateTime.UnixEpoch);
        Assert.Equal(3, Source().JobOf(run).Evaluation.Count);
    }

    [Theory]
    [InlineData("source")]
    [InlineData("target")]
    [InlineData("truth")]
    public async Task Any_change_of_any_set_is_refused_by_the_set_s_name(string set)
    {
        TrainingRun run = await RunAsync();
        foreach ((string what, Action<string> change) in Changes())
        {
            string folder = _folder.Sub(set), copy = _folder.Sub("copy");
            Copy(folder, copy);
            change(folder);
            RuleViolationException refused = Assert.Throws<RuleViolationException>(() => Source().JobOf(run));
            Assert.Equal((what, "dataset-changed"), (what, refused.Code));
            Assert.Contains($"'{set}'", refused.Message);
            Assert.DoesNotContain(_folder.Path, refused.Message);
            Directory.Delete(folder, recursive: true);
            Directory.Move(copy, folder);
            Source().JobOf(run);
        }
    }

    [Fact]
    public async Task An_evaluation_refuses_a_changed_set_too()
    {
        await RunAsync();
        Dataset truth = (await new DatasetStore(_database).ListByStatusAsync(DatasetStatus.Ready, default)).Single(d => d.Name == "truth");
        (Guid checkpoint, _) = new CheckpointStore(_database).Publish(Samples.Checkpoint());
        var evaluation = new EvaluationRecord
        {
            Id = Guid.CreateVersion7(),
            Checkpoint = checkpoint,
            Dataset = truth.Id,
            Options = new EvaluationOptions(),
            CreatedAt = Samples.Now,
        };
        Assert.Equal(3, Source().JobOf(evaluation).Samples.Count);
        File.Delete(_folder.Sub("truth/labels/1.png"));
        Assert.Equal("dataset-changed", Assert.Throws<RuleViolationException>(() => Source().JobOf(evaluation)).Code);
    }

    [Fact]
    public async Task Looking_stops_when_the_run_is_cancelled()
    {
        TrainingRun run = await RunAsync();
        Assert.Throws<OperationCanceledException>(() => Source().JobOf(run, new CancellationToken(canceled: true)));
    }

    private static IEnumerable<(string, Action<string>)> Changes()
    {
        yield return ("a byte of a label", f => Flip(Path.Combine(f, "labels", "1.png")));
        yield return ("a byte of an image", f => Flip(Path.Combine(f, "images", "2.png")));
        yield return ("a new name", f => File.Move(Path.Combine(f, "images", "1.png"), Path.Combine(f, "images", "9.png")));
        yield return ("one more", f => File.Copy(Path.Combine(f, "images", "1.png"), Path.Combine(f, "images", "9.png")));
        yield return ("one less", f => File.Delete(Path.Combine(f, "images", "1.png")));
        yield return ("two swapped", f =>
        {
            byte[] first = File.ReadAllBytes(Path.Combine(f, "images", "0.png"));
            File.Copy(Path.Combine(f, "images", "1.png"), Path.Combine(f, "images", "0.png"), overwrite: true);
            File.WriteAllBytes(Path.Combine(f, "images", "1.png"), first);
        }
        );
    }

    private static void Flip(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        bytes[^9] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string path = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Copy(file, path);
        }
    }

    private async Task<TrainingRun> RunAsync()
    {
        var ids = new List<Guid>();
        foreach (string name in (string[])["source", "target", "truth"])
        {
            Dataset set = FolderSets.Make(_folder.Path, name, 3, labels: true);
            for (int i = 0; i < 3; i++) await File.WriteAllBytesAsync(_folder.Sub($"{name}/images/{i}.png"), ResourceHost.Png(4, 4, seed: i));
            DatasetValidation found = new DatasetValidator(new SkiaImageCodec()).Validate(set, BuiltInLabelSpaces.Synthia16);
            Assert.Equal([], found.Report.Errors);
            await new DatasetStore(_database).AddAsync(set with { ContentHash = found.ContentHash }, default);
            ids.Add(set.Id);
        }

        return Samples.Run(source: ids[0], target: ids[1]) with { Evaluation = ids[2] };
    }

    private SampleSource Source() => new(
        new DatasetStore(_database), new LabelSpaceStore(_database, new BuiltInSpaces(BuiltInLabelSpaces.All), TimeProvider.System),
        new CheckpointStore(_database), OwnHosts.Alone(_folder.Path));
}
