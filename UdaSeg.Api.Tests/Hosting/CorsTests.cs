using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Settings;
using Xunit;

namespace UdaSeg.Api.Tests.Hosting;

/// <summary>Requests as browsers make them for pages of other origins.</summary>
public sealed class CorsTests : IDisposable
{
    private const string Page = "https://app.example";
    private const string Second = "http://localhost:5173";
    private const string Presets = "/api/v1/training-presets";
    private readonly ResourceHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Without_origins_no_answer_speaks_of_them()
    {
        foreach (HttpMethod method in new[] { HttpMethod.Get, HttpMethod.Options })
        {
            HttpResponseMessage answer = await Send(method, Presets, Page, ask: "POST");
            Assert.DoesNotContain(answer.Headers, h => h.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
            Assert.False(answer.Headers.Contains("Vary"));
        }
    }

    [Fact]
    public async Task A_preflight_of_a_named_origin_is_told_methods_and_headers()
    {
        Name(Page, Second);
        HttpResponseMessage answer = await Send(HttpMethod.Options, "/api/v1/alignments", Page, ask: "POST");
        Assert.Equal(Page, One(answer, "Access-Control-Allow-Origin"));
        answer = await Send(HttpMethod.Options, "/api/v1/alignments", Second, ask: "POST");

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(Second, One(answer, "Access-Control-Allow-Origin"));
        Assert.Equal("true", One(answer, "Access-Control-Allow-Credentials"));
        string[] headers = One(answer, "Access-Control-Allow-Headers").Split(',');
        Assert.Superset(
            new HashSet<string> { "Accept", "Authorization", "Content-Type", "Idempotency-Key", "If-None-Match", "Last-Event-ID", "Range", "X-Api-Key" },
            new HashSet<string>(headers));
        Assert.Contains("DELETE", One(answer, "Access-Control-Allow-Methods"));
    }

    [Fact]
    public async Task A_named_origin_may_read_answers_and_their_headers()
    {
        Name(Page);
        foreach (string path in new[] { Presets, "/health/live" })
        {
            HttpResponseMessage answer = await Send(HttpMethod.Get, path, Page);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(Page, One(answer, "Access-Control-Allow-Origin"));
            Assert.Superset(
                new HashSet<string> { "Location", "ETag", "X-Gamma", "Server-Timing", "Retry-After" },
                new HashSet<string>(One(answer, "Access-Control-Expose-Headers").Split(',')));
        }
    }

    [Fact]
    public async Task Every_header_that_the_interface_describes_may_be_read()
    {
        Name(Page);
        JsonElement document = await (await Send(HttpMethod.Get, "/swagger/v1/swagger.json", null)).JsonAsync();
        string[] described =
        [
            .. document.GetProperty("paths").EnumerateObject().SelectMany(p => p.Value.EnumerateObject())
                .SelectMany(o => o.Value.GetProperty("responses").EnumerateObject())
                .SelectMany(r => r.Value.TryGetProperty("headers", out JsonElement headers) ? headers.EnumerateObject() : default)
                .Select(h => h.Name).Distinct(),
        ];
        HttpResponseMessage answer = await Send(HttpMethod.Get, Presets, Page);

        Assert.Contains("X-Gamma", described);
        Assert.Superset(new HashSet<string>(described), new HashSet<string>(One(answer, "Access-Control-Expose-Headers").Split(',')));
    }

    [Fact]
    public async Task Another_origin_is_told_nothing()
    {
        Name(Page);
        foreach (string origin in new[] { "https://app.example.org", "http://app.example", "https://app.example:444", "null" })
        {
            foreach (HttpMethod method in new[] { HttpMethod.Get, HttpMethod.Options })
            {
                HttpResponseMessage answer = await Send(method, Presets, origin, ask: "POST");
                Assert.DoesNotContain(answer.Headers, h => h.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
            }
        }
    }

    [Fact]
    public async Task Errors_can_be_read_too()
    {
        Name(Page);
        (string, int)[] errors =
        [
            ("/api/v1/datasets/nothing", 404), ("/api/v1/nothing", 404), ("/api/v1/datasets?limit=x", 400),
            ("/api/v1/training-runs/0193e6c0-0000-7000-8000-000000000000/events", 404),
        ];
        foreach ((string path, int status) in errors)
        {
            HttpResponseMessage answer = await Send(HttpMethod.Get, path, Page);
            Assert.Equal(status, (int)answer.StatusCode);
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            Assert.Equal(Page, One(answer, "Access-Control-Allow-Origin"));
            Assert.Equal("Origin", One(answer, "Vary"));
        }
    }

    [Fact]
    public async Task A_run_s_events_can_be_followed()
    {
        Name(Page);
        TrainingRun run = Samples.Run();
        RunLedger ledger = _host.Services.GetRequiredService<RunLedger>();
        ledger.Submit(run);
        ledger.Write(run.Id, r => r.Start(Samples.Now));
        ledger.Write(run.Id, r => r.Succeed(Samples.Now));
        HttpResponseMessage answer = await Send(HttpMethod.Get, $"/api/v1/training-runs/{run.Id}/events", Page);

        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(Page, One(answer, "Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task A_cache_is_told_that_the_origin_matters_even_when_none_was_given()
    {
        Name(Page);
        Assert.Equal("Origin", One(await Send(HttpMethod.Get, Presets, null), "Vary"));
        Assert.Equal("Origin", One(await Send(HttpMethod.Get, Presets, Page), "Vary"));
    }

    [Fact]
    public async Task Any_origin_may_ask_but_without_credentials()
    {
        Name("*");
        HttpResponseMessage answer = await Send(HttpMethod.Get, Presets, "https://whoever.example");

        Assert.Equal("*", One(answer, "Access-Control-Allow-Origin"));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
    }

    [Fact]
    public async Task What_is_not_of_the_interface_is_not_covered()
    {
        Name(Page);
        HttpResponseMessage answer = await Send(HttpMethod.Get, "/swagger/v1/swagger.json", Page);
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData(null, "https://a.example")]
    [InlineData(null, "http://localhost:5173", "http://[::1]:8080")]
    [InlineData("no path or slash", "https://a.example/")]
    [InlineData("no path or slash", "https://a.example/app")]
    [InlineData("no path or slash", "a.example")]
    [InlineData("no path or slash", "ftp://a.example")]
    [InlineData("no path or slash", "https://*.example")]
    [InlineData("no path or slash", "https://u:p@a.example")]
    [InlineData("no path or slash", "null")]
    [InlineData("no path or slash", "")]
    [InlineData("'https://a.example'", "https://A.example:443")]
    [InlineData("must stand alone", "*", "https://a.example")]
    public void Origins_are_tried_at_the_start(string? complaint, params string[] origins)
    {
        var values = origins.Select((o, i) => KeyValuePair.Create($"UdaSeg:Cors:Origins:{i}", (string?)o));
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        if (complaint is null)
        {
            Assert.Equal(origins, SettingsReader.Read(configuration).Cors.Origins);
            return;
        }

        InvalidSettingsException fault = Assert.Throws<InvalidSettingsException>(() => SettingsReader.Read(configuration));
        Assert.Contains("UdaSeg:Cors:Origins", fault.Message);
        Assert.Contains(complaint, fault.Message);
    }

    private void Name(params string[] origins)
    {
        for (int i = 0; i < origins.Length; i++) _host.Settings[$"UdaSeg:Cors:Origins:{i}"] = origins[i];
    }

    private static string One(HttpResponseMessage answer, string header) => Assert.Single(answer.Headers.GetValues(header));

    private async Task<HttpResponseMessage> Send(HttpMethod method, string path, string? origin, string? ask = null)
    {
        using HttpRequestMessage request = new(method, path);
        if (origin is not null) request.Headers.Add("Origin", origin);
        if (ask is not null) request.Headers.Add("Access-Control-Request-Method", ask);
        if (ask is not null) request.Headers.Add("Access-Control-Request-Headers", "content-type,x-api-key");
        return await _host.CreateClient().SendAsync(request, TestContext.Current.CancellationToken);
    }
}
