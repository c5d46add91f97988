using System.Net.Http.Json;
using UdaSeg.Api.Tests.Support;
using Xunit;

namespace UdaSeg.Api.Tests.Security;

/// <summary>What pages of other origins can make a browser send.</summary>
public sealed class BrowserGuardTests(OpenServer open, KeyedServer keyed) : IClassFixture<OpenServer>, IClassFixture<KeyedServer>
{
    private const string Foreign = "https://evil.example";
    private const string Named = KeyedServer.Named;

    [Theory]
    [InlineData("localhost", 200)]
    [InlineData("LOCALHOST:5080", 200)]
    [InlineData("127.0.0.1:5080", 200)]
    [InlineData("[::1]:5080", 200)]
    [InlineData("evil.example", 421)]
    [InlineData("evil.example:5080", 421)]
    [InlineData("localhost.evil.example", 421)]
    [InlineData("127.0.0.1.evil.example", 421)]
    [InlineData("192.168.0.7", 421)]
    public async Task Without_keys_only_loopback_s_names_are_answered(string host, int status)
    {
        foreach (string path in (string[])["/api/v1/limits", "/", "/app.js", "/hangfire", "/health/live"])
        {
            HttpResponseMessage answer = await SendAsync(HttpMethod.Get, path, ("Host", host));
            if (status == 200) Assert.Equal(200, (int)answer.StatusCode);
            else await answer.ProblemAsync(status, "host-not-loopback");
        }
    }

    [Fact]
    public async Task With_keys_the_service_has_any_name()
    {
        Assert.Equal(200, (int)(await SendAsync(keyed.Host, HttpMethod.Get, "/api/v1/limits", ("Host", "seg.example"), ("X-Api-Key", TestKeys.Viewer))).StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(true, "Origin", "http://localhost")]
    [InlineData(true, "Origin", Named)]
    [InlineData(true, "Origin", Named, "Sec-Fetch-Site", "cross-site")]
    [InlineData(true, "Sec-Fetch-Site", "same-origin")]
    [InlineData(true, "Sec-Fetch-Site", "none")]
    [InlineData(true, "Sec-Fetch-Site", "same-origin", "Origin", "https://proxy.example")]
    [InlineData(false, "Origin", Foreign)]
    [InlineData(false, "Origin", "null")]
    [InlineData(false, "Origin", "https://localhost")]
    [InlineData(false, "Origin", "http://localhost:3000")]
    [InlineData(false, "Origin", "http://localhost:3000", "Sec-Fetch-Site", "same-site")]
    [InlineData(false, "Origin", "http://localhost", "Sec-Fetch-Site", "cross-site")]
    [InlineData(false, "Sec-Fetch-Site", "cross-site")]
    [InlineData(false, "Sec-Fetch-Site", "same-site")]
    public async Task What_changes_something_comes_from_our_pages_named_ones_or_none(bool may, params string[] headers)
    {
        (string, string)[] sent = [.. headers.Chunk(2).Select(h => (h[0], h[1]))];
        foreach (HttpMethod method in (HttpMethod[])[HttpMethod.Post, HttpMethod.Put, HttpMethod.Delete, HttpMethod.Patch])
        {
            HttpResponseMessage answer = await SendAsync(method, "/api/v1/datasets/x", sent);
            if (may) Assert.NotEqual(403, (int)answer.StatusCode);
            else await answer.ProblemAsync(403, "cross-origin-refused");
        }

        Assert.Equal(200, (int)(await SendAsync(HttpMethod.Get, "/api/v1/limits", sent)).StatusCode); // which the page cannot read
    }

    [Fact]
    public async Task A_form_of_a_foreign_page_starts_nothing()
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/api/v1/label-spaces")
        {
            Content = JsonContent.Create(new { name = "planted", classes = new[] { new { index = 0, name = "a", color = "#000000" } } }),
        };
        HttpResponseMessage refused = await open.Host.CreateClient().SendAsync(request.With("Origin", Foreign), TestContext.Current.CancellationToken);
        await refused.ProblemAsync(403, "cross-origin-refused");
        string spaces = await (await SendAsync(HttpMethod.Get, "/api/v1/label-spaces")).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain("planted", spaces);
    }

    [Fact]
    public async Task Where_any_origin_is_named_any_page_may_ask()
    {
        using ResourceHost any = new() { Settings = { ["UdaSeg:Cors:Origins:0"] = "*" } };
        Assert.NotEqual(403, (int)(await SendAsync(any, HttpMethod.Post, "/api/v1/datasets", ("Origin", Foreign))).StatusCode);
    }

    [Fact]
    public async Task A_page_of_a_named_origin_uses_a_key_and_its_preflight_needs_none()
    {
        HttpResponseMessage preflight = await SendAsync(
            keyed.Host, HttpMethod.Options, "/api/v1/training-runs",
            ("Origin", Named), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "x-api-key"));
        Assert.Equal(204, (int)preflight.StatusCode);
        Assert.Contains("X-Api-Key", Assert.Single(preflight.Headers.GetValues("Access-Control-Allow-Headers")));

        HttpResponseMessage answer = await SendAsync(keyed.Host, HttpMethod.Get, "/api/v1/limits", ("Origin", Named), ("X-Api-Key", TestKeys.Viewer));
        Assert.Equal((200, Named), ((int)answer.StatusCode, Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Origin"))));
        HttpResponseMessage refused = await SendAsync(keyed.Host, HttpMethod.Get, "/api/v1/limits", ("Origin", Named));
        await refused.ProblemAsync(401, "unauthenticated");
        Assert.Equal(Named, Assert.Single(refused.Headers.GetValues("Access-Control-Allow-Origin")));
    }

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, params (string Name, string Value)[] headers) =>
        SendAsync(open.Host, method, path, headers);

    private static Task<HttpResponseMessage> SendAsync(ResourceHost host, HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path);
        foreach ((string name, string value) in headers) request.With(name, value);
        return host.CreateClient().SendAsync(request, TestContext.Current.CancellationToken);
    }
}
