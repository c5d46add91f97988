using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using UdaSeg.Api.Observability;
using UdaSeg.Api.Tests.Architecture;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Infrastructure.Serving;
using Xunit;

namespace UdaSeg.Api.Tests.Observability;

public sealed partial class MetricsTests : IDisposable
{
    private readonly ResourceHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task A_segmentation_and_an_alignment_show_in_every_stage()
    {
        _host.PublishDefault();
        await SegmentAsync();
        await AlignAsync();
        Exposition read = await ScrapeAsync();

        foreach (string operation in (string[])["segment", "align"])
        {
            foreach (string stage in (string[])["queue", "decode", "compute", "encode"])
            {
                Assert.Equal(1, read.Sum("udaseg_stage_duration_seconds_count", $"operation=\"{operation}\"", $"stage=\"{stage}\""));
            }
        }

        Assert.Equal(1, read.Sum("http_server_request_duration_seconds_count", "http_route=\"/api/v1/segmentations\"", "status_code=\"200\""));
        Assert.Equal(1, read.Sum("udaseg_models_loaded"));
        Assert.Equal(1, read.Sum("udaseg_database_up"));
        Assert.Equal(7, read.Series.Count(s => s.Name == "udaseg_runs"));
        Assert.True(read.Sum("udaseg_process_resident_bytes") > 10_000_000);
    }

    [Fact]
    public async Task A_thousand_wrong_addresses_and_ids_make_no_thousand_series()
    {
        HttpClient client = _host.CreateClient();
        await client.GetAsync("/api/v1/nothing", TestContext.Current.CancellationToken);
        await client.GetAsync($"/api/v1/datasets/{Guid.NewGuid()}", TestContext.Current.CancellationToken);
        int before = Ours(await ScrapeAsync());
        for (int i = 0; i < 500; i++)
        {
            using HttpResponseMessage wrong = await client.GetAsync($"/api/v1/nothing/{i}?a={i}", TestContext.Current.CancellationToken);
            using HttpResponseMessage unknown = await client.GetAsync($"/api/v1/datasets/{Guid.NewGuid()}", TestContext.Current.CancellationToken);
        }

        Exposition read = await ScrapeAsync();
        Assert.Equal(501, read.Sum("udaseg_problems_total", "code=\"no-such-route\"", "status=\"404\""));
        Assert.Equal(501, read.Sum("udaseg_problems_total", "code=\"dataset-not-found\"", "status=\"404\""));
        Assert.InRange(Ours(read), before, before + 60); // the first scrape's own route and its buckets
    }

    [Fact]
    public async Task Two_servers_in_one_process_count_for_themselves()
    {
        await ScrapeAsync(); // this one listens before the other counts
        using ResourceHost other = new();
        await other.SendAsync(HttpMethod.Get, "/api/v1/nothing");

        Assert.Equal(0, (await ScrapeAsync()).Sum("udaseg_problems_total"));
    }

    [Fact]
    public async Task Each_stage_is_a_span_below_the_request()
    {
        ConcurrentQueue<Activity> ended = [];
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name is ServiceMeter.Name or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        ActivityTraceId trace = ActivityTraceId.CreateRandom();
        using HttpRequestMessage request = new(HttpMethod.Post, "/api/v1/alignments") { Content = Pair() };
        request.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
        (await _host.CreateClient().SendAsync(request, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();

        Activity[] ours = [.. ended.Where(a => a.TraceId == trace && a.Source.Name == ServiceMeter.Name)];
        Assert.Equal(["align compute", "align decode", "align encode", "align queue"], ours.Select(a => a.DisplayName).Order());
        Assert.Single(ours.Select(a => a.ParentSpanId).Distinct());
        Assert.All(ours, a => Assert.NotEqual(default, a.ParentSpanId));
    }

    [Fact]
    public async Task The_trace_id_that_a_client_is_told_finds_the_line_in_the_log()
    {
        LineLog log = new();
        await using ResourceHost failing = new() { More = services => services.AddSingleton<ILoggerProvider>(log).AddSingleton<CheckpointLookup>((_, _) => throw new InvalidOperationException("broken")) };
        JsonElement problem = await (await failing.SendAsync(HttpMethod.Post, "/api/v1/segmentations", ResourceHost.Image(ResourceHost.Png()))).ProblemAsync(500, "internal-error");

        string trace = problem.GetProperty("traceId").GetString()!.Split('-')[1];
        Assert.Contains(log.Lines, l => l.Contains("/api/v1/segmentations failed", StringComparison.Ordinal) && l.Contains($"TraceId:{trace}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_dashboard_and_the_alerts_ask_only_for_figures_that_there_are()
    {
        _host.PublishDefault();
        await SegmentAsync();
        await _host.SendAsync(HttpMethod.Get, "/api/v1/nothing");
        HashSet<string> known = [.. (await ScrapeAsync()).Series.Select(s => s.Name), .. OfARunningRun];
        string text = await File.ReadAllTextAsync(Path.Combine(SourceTree.Root, "docs", "grafana-dashboard.json"), TestContext.Current.CancellationToken);
        string[] queries = [.. JsonDocument.Parse(text).RootElement.GetProperty("panels").EnumerateArray()
            .SelectMany(p => p.GetProperty("targets").EnumerateArray()).Select(t => t.GetProperty("expr").GetString()!)];
        string guide = await File.ReadAllTextAsync(Path.Combine(SourceTree.Root, "docs", "operations.md"), TestContext.Current.CancellationToken);
        string[] alerts = [.. guide.Split('\n').Where(l => l.Contains("alert: ", StringComparison.Ordinal))];
        Assert.True(alerts.Length >= 5);
        string[] asked = [.. queries.Concat(alerts).SelectMany(q => FigureName().Matches(q)).Select(m => m.Value).Distinct()];

        Assert.Empty(asked.Except(known));
        Assert.True(asked.Length >= 12, string.Join(' ', asked));
    }

    /// <summary>There only while a run is under way; TrainingFiguresTests sees them.</summary>
    private static readonly string[] OfARunningRun =
        ["udaseg_run_lease_age_seconds", "udaseg_run_throughput_images_per_second", "udaseg_run_iteration", "udaseg_run_loss"];

    private static int Ours(Exposition read) => read.Series.Count(s => s.Name.StartsWith("udaseg_", StringComparison.Ordinal) || s.Name.StartsWith("http_", StringComparison.Ordinal));

    private async Task<Exposition> ScrapeAsync()
    {
        using HttpResponseMessage answer = await _host.SendAsync(HttpMethod.Get, "/metrics");
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.EnsureSuccessStatusCode().Content.Headers.ContentType!.ToString());
        return Exposition.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private async Task SegmentAsync() =>
        (await _host.SendAsync(HttpMethod.Post, "/api/v1/segmentations", ResourceHost.Image(ResourceHost.Png()))).EnsureSuccessStatusCode();

    private async Task AlignAsync() => (await _host.SendAsync(HttpMethod.Post, "/api/v1/alignments", Pair())).EnsureSuccessStatusCode();

    private static MultipartFormDataContent Pair() => ResourceHost.Form(("source", ResourceHost.Png(seed: 1)), ("reference", ResourceHost.Png(seed: 2)));

    [GeneratedRegex("(udaseg|http_server|dotnet|kestrel)_[a-z_]+")]
    private static partial Regex FigureName();
}
