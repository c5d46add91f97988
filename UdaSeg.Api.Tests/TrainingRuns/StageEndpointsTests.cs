using System.Text.Json;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.SelfTraining;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Jobs;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Torch.Stages;
using Xunit;

namespace UdaSeg.Api.Tests.TrainingRuns;

public sealed class StageEndpointsTests : IAsyncLifetime
{
    private const int Classes = 16;

    private readonly ApiFactory _api = new();
    private readonly TrainingRun _run = Samples.Run();
    private readonly byte[] _labels = new byte[4000];
    private readonly float[] _confidences = new float[4000];
    private HttpClient _client = null!;

    private string Path => $"/api/v1/training-runs/{_run.Id}/stages";

    public ValueTask InitializeAsync()
    {
        _client = _api.CreateClient();
        _api.Service<RunLedger>().Submit(_run);
        for (int i = 0; i < _labels.Length; i++)
        {
            // three classes of unlike sizes and sureness; the rest has no pixels
            _labels[i] = (byte)(i % 7 == 0 ? 2 : i % 3 == 0 ? 1 : 0);
            _confidences[i] = (float)(0.2 + (0.75 * RandomSource.Unit(5, _labels[i], i, 0, DrawPurpose.Jitter)));
        }

        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task A_prepared_stage_shows_thresholds_shares_histograms_and_distances()
    {
        double[] thresholds = Prepare();
        JsonElement stage = await _client.GetJsonAsync($"{Path}/1");
        Assert.Equal(("prepared", 1, 10.0, 0.9), (stage.Text("state"), stage.GetProperty("stage").GetInt32(), Number(stage, "percent"), Number(stage, "maxThreshold")));
        Assert.Equal(BuiltInLabelSpaces.Synthia16.Classes.Select(c => c.Name), stage.GetProperty("classes").EnumerateArray().Select(c => c.GetString()));
        Assert.Equal(thresholds, Numbers(stage, "thresholds"));
        Assert.Equal(SlowShare(10, 0.9), Number(stage, "keptShare"), 2e-3);
        long[] pixels = [.. Enumerable.Range(0, Classes).Select(c => (long)_labels.Count(l => l == c))];
        Assert.Equal(pixels, stage.GetProperty("pixelsByClass").EnumerateArray().Select(v => v.GetInt64()));
        Assert.Equal(pixels.Select(n => n / 4000.0), Numbers(stage, "predictedShareByClass"));
        double[] kept = Numbers(stage, "keptShareByClass");
        Assert.Equal(Number(stage, "keptShare"), kept.Zip(pixels, (share, n) => share * n / 4000).Sum(), 1e-12);
        Assert.Equal(Math.Sqrt(2), stage.GetProperty("centerDistances")[0][1].GetDouble(), 1e-6);
        Assert.Equal(JsonValueKind.Null, stage.GetProperty("centerDistances")[0][2].ValueKind);
        Assert.Equal(JsonValueKind.Null, stage.GetProperty("whatIf").ValueKind);
        Assert.Equal(JsonValueKind.Null, stage.GetProperty("checkpoint").ValueKind);
    }

    [Theory]
    [InlineData(null, 64)]
    [InlineData(1, 1)]
    [InlineData(1024, 1024)]
    public async Task Histograms_come_in_the_bins_that_are_asked_for(int? asked, int bins)
    {
        Prepare();
        JsonElement stage = await _client.GetJsonAsync($"{Path}/1" + (asked is null ? "" : $"?bins={asked}"));
        JsonElement[] byClass = [.. stage.GetProperty("histograms").EnumerateArray()];
        Assert.Equal(Classes, byClass.Length);
        for (int c = 0; c < Classes; c++)
        {
            long[] expected = new long[bins];
            for (int i = 0; i < _labels.Length; i++)
            {
                if (_labels[i] == c) expected[(int)(_confidences[i] * bins)]++;
            }

            Assert.Equal(expected, byClass[c].EnumerateArray().Select(v => v.GetInt64()));
        }
    }

    [Theory]
    [InlineData("percent=50", 50, 0.9)]
    [InlineData("maxThreshold=0.4", 10, 0.4)]
    [InlineData("percent=100&maxThreshold=1", 100, 1)]
    public async Task Other_settings_are_answered_from_the_histogram(string query, double percent, double maxThreshold)
    {
        Prepare();
        JsonElement whatIf = (await _client.GetJsonAsync($"{Path}/1?{query}")).GetProperty("whatIf");
        Assert.Equal((percent, maxThreshold), (Number(whatIf, "percent"), Number(whatIf, "maxThreshold")));
        double[] exact = ClassThresholds.ComputeExactly(_labels, _confidences, Classes, percent, maxThreshold).Values;
        Assert.All(exact.Zip(Numbers(whatIf, "thresholds")), pair => Assert.Equal(pair.First, pair.Second, 2e-3));
        Assert.Equal(SlowShare(percent, maxThreshold), Number(whatIf, "keptShare"), 2e-3);
        Assert.Equal(Classes, whatIf.GetProperty("keptShareByClass").GetArrayLength());
    }

    [Theory]
    [InlineData("percent=0")]
    [InlineData("percent=100.5")]
    [InlineData("percent=NaN")]
    [InlineData("maxThreshold=0")]
    [InlineData("maxThreshold=1.1")]
    [InlineData("bins=0")]
    [InlineData("bins=2048")]
    [InlineData("bins=48")]
    public async Task Questions_out_of_range_are_refused_by_field(string query)
    {
        Prepare();
        JsonElement problem = await _client.GetAsync($"{Path}/1?{query}").RefusedAsync(400, "invalid-stage-query");
        Assert.Equal([query.Split('=')[0]], problem.GetProperty("errors").EnumerateObject().Select(f => f.Name));
    }

    [Fact]
    public async Task Stages_outside_the_plan_or_before_their_time_are_told_apart()
    {
        await _client.GetAsync($"{Path}/3").RefusedAsync(404, "unknown-stage");
        await _client.GetAsync($"{Path}/-1").RefusedAsync(404, "unknown-stage");
        await _client.GetAsync($"{Path}/1").RefusedAsync(409, "stage-not-prepared");
        await _client.GetAsync($"/api/v1/training-runs/{Guid.CreateVersion7()}/stages").RefusedAsync(404, "run-not-found");
    }

    [Fact]
    public async Task Stage_0_shows_its_checkpoint()
    {
        JsonElement before = await _client.GetJsonAsync($"{Path}/0");
        Assert.Equal(("pending", JsonValueKind.Null), (before.Text("state"), before.GetProperty("quality").ValueKind));
        new RunArtifacts(_api.Service<IArtifactStore>(), _run.Id).WriteQuality(0, new StageQuality(4, null, 0.5, 0.75));
        Guid id = _api.Service<CheckpointStore>().Publish(Samples.Checkpoint(_run.Id, 0, 300)).Id;
        JsonElement stage = await _client.GetJsonAsync($"{Path}/0");
        Assert.Equal(0.75, Number(stage.GetProperty("quality"), "consistency"));
        Assert.Equal(JsonValueKind.Null, stage.GetProperty("quality").GetProperty("agreement").ValueKind);
        Assert.Equal(("finished", id, JsonValueKind.Null), (stage.Text("state"), stage.GetProperty("checkpoint").Id(), stage.GetProperty("thresholds").ValueKind));
    }

    [Fact]
    public async Task The_list_has_every_stage_of_the_plan()
    {
        Append(StageEntry.Of(0, null, new StageQuality(4, null, 0.5, 0.75)));
        Append(StageEntry.Of(1, new StageSummary(1, [0.9], 0.3, [0.5], [0.6], [[0]], "old"), null));
        Append(StageEntry.Of(1, new StageSummary(1, [0.9], 0.4, [0.5], [0.6], [[0]], "new"), null));
        _api.Service<CheckpointStore>().Publish(Samples.Checkpoint(_run.Id, 0, 300));
        JsonElement[] items = [.. (await _client.GetJsonAsync(Path)).GetProperty("items").EnumerateArray()];
        Assert.Equal([(0, "finished", 300), (1, "prepared", 150), (2, "pending", 150)], items.Select(i => (
            i.GetProperty("stage").GetInt32(), i.Text("state"), i.GetProperty("iterations").GetInt32())));
        Assert.Equal(0.4, Number(items[1], "keptShare"));
        Assert.Equal(JsonValueKind.Null, items[1].GetProperty("quality").ValueKind);
        Assert.Equal(0.75, Number(items[0].GetProperty("quality"), "consistency"));
        Assert.Equal(JsonValueKind.Null, items[0].GetProperty("keptShare").ValueKind);
        Assert.Equal("finished", (await _client.GetJsonAsync(items[0].Text("href")!)).Text("state"));
    }

    private void Append(StageEntry entry) => _api.Service<RunLedger>().Write(_run.Id, r => r, null, new RunEntry(RunEventKinds.Stage, entry));

    /// <summary>Stores what stage 1 would have: these pixels, and centres of the first two classes at a right angle.</summary>
    private double[] Prepare()
    {
        var histogram = new ConfidenceHistogram(Classes);
        histogram.Add(_labels, _confidences);
        double[] thresholds = ClassThresholds.Compute(histogram, 10, 0.9).Values;
        float[]?[] centers = [[1, 0], [0, 1], .. Enumerable.Repeat<float[]?>(null, Classes - 2)];
        var preparation = new StagePreparation(thresholds, histogram.ToRecord(), new CategoryCenters(2, centers, new long[Classes]));
        new RunArtifacts(_api.Service<IArtifactStore>(), _run.Id).WritePreparation(1, preparation);
        return thresholds;
    }

    private double SlowShare(double percent, double maxThreshold)
    {
        byte[] labels = [.. _labels];
        return ClassThresholds.ComputeExactly(_labels, _confidences, Classes, percent, maxThreshold).Apply(labels, _confidences) / 4000.0;
    }

    private static double Number(JsonElement json, string name) => json.GetProperty(name).GetDouble();

    private static double[] Numbers(JsonElement json, string name) => [.. json.GetProperty(name).EnumerateArray().Select(v => v.GetDouble())];
}
