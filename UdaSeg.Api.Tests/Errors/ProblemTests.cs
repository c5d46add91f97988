using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Logging;
using UdaSeg.Api.Errors;
using UdaSeg.Domain.Errors;
using Xunit;

namespace UdaSeg.Api.Tests.Errors;

public sealed class ProblemTests : IAsyncLifetime
{
    private sealed record Body
    {
        public required int Count { get; init; }
    }

    private readonly WebApplication _app = Build();

    private static WebApplication Build()
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Services.AddProblems();
        WebApplication app = builder.Build();
        app.UseProblems();
        app.MapGet("/rule/{kind}", (RuleKind kind) => Broken(kind));
        app.MapGet("/boom", () => Boom());
        app.MapGet("/number", (int limit) => limit);
        app.MapPost("/json", (Body body) => body.Count);
        return app;
    }

    private static string Broken(RuleKind kind) => throw new RuleViolationException(
        kind, "some-code", "A sentence.", new Dictionary<string, string[]> { ["beta"] = ["Too small."] })
    { Exceeded = (10, 12) };

    private static string Boom() => throw new InvalidOperationException("secret /srv/path");

    public async ValueTask InitializeAsync() => await _app.StartAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Theory]
    [InlineData(RuleKind.Malformed, 400)]
    [InlineData(RuleKind.NotFound, 404)]
    [InlineData(RuleKind.Conflict, 409)]
    [InlineData(RuleKind.TooLarge, 413)]
    [InlineData(RuleKind.Unsupported, 415)]
    [InlineData(RuleKind.Unusable, 422)]
    [InlineData(RuleKind.Busy, 503)]
    public async Task A_broken_rule_has_its_status_code_fields_and_sizes(RuleKind kind, int status)
    {
        (HttpResponseMessage answer, JsonElement problem) = await Send(new(HttpMethod.Get, $"/rule/{kind}"));

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("some-code", problem.GetProperty("code").GetString());
        Assert.Equal("A sentence.", problem.GetProperty("detail").GetString());
        Assert.Equal("Too small.", problem.GetProperty("errors").GetProperty("beta")[0].GetString());
        Assert.Equal(10, problem.GetProperty("limit").GetInt64());
        Assert.Equal(12, problem.GetProperty("actual").GetInt64());
        Assert.Equal(kind == RuleKind.Busy, answer.Headers.RetryAfter is not null);
    }

    [Theory]
    [InlineData("GET", "/nothing", null, null, 404, "no-such-route")]
    [InlineData("DELETE", "/boom", null, null, 405, "method-not-allowed")]
    [InlineData("GET", "/boom", null, null, 500, "internal-error")]
    [InlineData("GET", "/number?limit=x", null, null, 400, "malformed-request")]
    [InlineData("GET", "/number", null, null, 400, "malformed-request")]
    [InlineData("POST", "/json", "{", "application/json", 400, "malformed-json")]
    [InlineData("POST", "/json", "{}", "application/json", 400, "malformed-json")]
    [InlineData("POST", "/json", "{\"count\":\"x\"}", "application/json", 400, "malformed-json")]
    [InlineData("POST", "/json", "", "application/json", 400, "malformed-request")]
    [InlineData("POST", "/json", "a", "text/plain", 415, "unsupported-media-type")]
    public async Task Every_other_failure_is_a_problem_with_a_code(string method, string path, string? body, string? type, int status, string code)
    {
        HttpRequestMessage request = new(new HttpMethod(method), path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("image/png"));
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, type!);

        (HttpResponseMessage answer, JsonElement problem) = await Send(request);

        Assert.Equal((HttpStatusCode)status, answer.StatusCode);
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.DoesNotContain("secret", problem.GetRawText());
    }

    private async Task<(HttpResponseMessage, JsonElement)> Send(HttpRequestMessage request)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        HttpResponseMessage answer = await _app.GetTestClient().SendAsync(request, stop);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        JsonElement problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(stop)).RootElement;
        foreach (string name in (string[])["type", "title", "status", "instance", "code", "traceId"]) Assert.True(problem.TryGetProperty(name, out _), name);
        return (answer, problem);
    }
}
