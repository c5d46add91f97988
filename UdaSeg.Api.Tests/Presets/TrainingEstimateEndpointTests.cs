using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Jobs;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.Presets;

public sealed class TrainingEstimateEndpointTests : IDisposable
{
    private readonly ResourceHost _host = new();

    public void Dispose() => _host.Dispose();

    private Task<HttpResponseMessage> AskAsync(string query) => _host.SendAsync(HttpMethod.Get, $"/api/v1/training-presets/estimate{query}");

    private static string Options(string json) => $"options={Uri.EscapeDataString(json)}";

    [Fact]
    public async Task The_default_is_the_papers_plan_and_asks_for_nothing()
    {
        JsonElement json = await (await AskAsync("")).JsonAsync();

        Assert.Equal("paper", json.Text("preset"));
        Assert.Equal("resnet101", json.GetProperty("plan").Text("backbone"));
        Assert.Equal(19, json.GetProperty("classes").GetInt32());
        Assert.Equal(4, json.GetProperty("coarse").GetProperty("imagesPerIteration").GetInt32());
        Assert.Equal(12, json.GetProperty("adaptation").GetProperty("imagesPerIteration").GetInt32());
        Assert.Equal(120_000, json.GetProperty("adaptation").GetProperty("iterations").GetInt64());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("fit").ValueKind);
        Assert.Equal(JsonValueKind.Null, json.GetProperty("time").GetProperty("hours").ValueKind);
        Assert.Contains("No run on this server", json.GetProperty("time").Text("note"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parts_of_the_memory_add_up_and_the_peak_is_the_larger_stages()
    {
        JsonElement json = await (await AskAsync("?preset=small")).JsonAsync();
        JsonElement memory = json.GetProperty("adaptation").GetProperty("memory");
        string[] parts =
        [
            "parameters", "gradients", "momentum", "activations", "heldResults", "temporary", "allocatorSlack", "batches", "imageCache", "libraries",
        ];

        Assert.All(parts, p => Assert.True(memory.GetProperty(p).GetInt64() > 0, p));
        Assert.Equal(parts.Sum(p => memory.GetProperty(p).GetInt64()), memory.GetProperty("total").GetInt64());
        Assert.Equal(memory.GetProperty("total").GetInt64(), json.GetProperty("peakBytes").GetInt64());
    }

    [Fact]
    public async Task Options_change_the_plan_as_they_do_in_a_run()
    {
        string options = Options("""{"stages":0,"batchSize":2,"crop":[160,96],"network":{"backbone":"mobilenet_v2"}}""");
        JsonElement json = await (await AskAsync($"?preset=tiny&{options}&classes=9")).JsonAsync();

        Assert.Equal(JsonValueKind.Null, json.GetProperty("adaptation").ValueKind);
        Assert.Equal("mobilenet_v2", json.GetProperty("plan").Text("backbone"));
        Assert.Equal(160, json.GetProperty("plan").GetProperty("crop").GetProperty("width").GetInt32());
        Assert.False(json.GetProperty("plan").GetProperty("trainsBatchNorm").GetBoolean());
        Assert.Equal(2, json.GetProperty("coarse").GetProperty("imagesPerIteration").GetInt32());
    }

    [Theory]
    [InlineData("?preset=huge", "unknown-preset")]
    [InlineData("?options=%7B", "invalid-options")]
    [InlineData("?options=%5B%5D", "invalid-options")]
    [InlineData("?options=%7B%22nope%22:1%7D", "invalid-options")]
    [InlineData("?options=%7B%22batchSize%22:0%7D", "plan-out-of-range")]
    [InlineData("?classes=0", "invalid-estimate")]
    [InlineData("?classes=256", "invalid-estimate")]
    [InlineData("?deviceMemory=lots", "invalid-estimate")]
    [InlineData("?secondsPerIteration=0", "invalid-estimate")]
    [InlineData("?secondsPerIteration=NaN", "invalid-estimate")]
    public async Task Unusable_input_is_a_problem(string query, string code) => await (await AskAsync(query)).ProblemAsync(422, code);

    [Fact]
    public async Task A_word_where_a_number_belongs_is_malformed() => await (await AskAsync("?classes=many")).ProblemAsync(400, "malformed-request");

    [Fact]
    public async Task A_device_that_is_too_small_gets_advice_and_a_large_one_gets_none()
    {
        JsonElement small = (await (await AskAsync("?deviceMemory=24GiB")).JsonAsync()).GetProperty("fit");
        JsonElement large = (await (await AskAsync("?deviceMemory=500GB")).JsonAsync()).GetProperty("fit");

        Assert.Equal(24L << 30, small.GetProperty("deviceMemory").GetInt64());
        Assert.False(small.GetProperty("fits").GetBoolean());
        Assert.Contains($"batchSize {small.GetProperty("largestBatch").GetInt32()}", small.Text("advice"), StringComparison.Ordinal);
        Assert.True(large.GetProperty("fits").GetBoolean());
        Assert.Equal(JsonValueKind.Null, large.GetProperty("largestCrop").ValueKind);
    }

    [Fact]
    public async Task Measured_seconds_give_hours_in_proportion_to_the_work()
    {
        JsonElement time = (await (await AskAsync("?preset=tiny&secondsPerIteration=3")).JsonAsync()).GetProperty("time");

        Assert.Equal(3, time.GetProperty("adaptationSecondsPerIteration").GetDouble(), 1e-9);
        Assert.Equal(1, time.GetProperty("coarseSecondsPerIteration").GetDouble(), 1e-9); // a third of the images
        Assert.Equal(((300 * 1) + (2 * 150 * 3)) / 3600.0, time.GetProperty("hours").GetDouble(), 1e-9);
    }

    [Fact]
    public async Task Runs_of_the_same_backbone_tell_the_speed_of_this_server()
    {
        TrainingPlan mobile = TrainingPresets.Small;
        foreach (double speed in new[] { 2.0, 3.0, 100.0 }) Ran(TrainingPresets.Tiny, speed);
        Ran(mobile, 50);
        JsonElement time = (await (await AskAsync("?preset=tiny")).JsonAsync()).GetProperty("time");

        Assert.Equal(12 / 3.0, time.GetProperty("adaptationSecondsPerIteration").GetDouble(), 1e-6); // 12 images at the median of 3 a second
        Assert.Contains("3 runs", time.Text("note"), StringComparison.Ordinal);
        JsonElement other = (await (await AskAsync($"?preset=tiny&{Options("""{"network":{"backbone":"resnet34"}}""")}")).JsonAsync()).GetProperty("time");
        Assert.Contains("other backbones", other.Text("note"), StringComparison.Ordinal);
    }

    /// <summary>A run that reported speeds, the last of them <paramref name="imagesPerSecond"/>.</summary>
    private void Ran(TrainingPlan plan, double imagesPerSecond)
    {
        TrainingRun run = Samples.Run() with { Plan = plan, Attempt = 1, Status = RunStatus.Succeeded };
        _host.Services.GetRequiredService<RunLedger>().Submit(run);
        foreach (double speed in new[] { 0.001, imagesPerSecond })
        {
            var entry = new MetricsEntry(1, 400, 0.1, new Dictionary<string, double?>(), speed, 0.5);
            _host.Services.GetRequiredService<RunEventLog>().Append(run.Id, RunEventKinds.Metrics, entry);
        }
    }
}
