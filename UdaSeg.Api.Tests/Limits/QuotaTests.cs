using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using UdaSeg.Api.Tests.Support;
using Xunit;

namespace UdaSeg.Api.Tests.Limits;

/// <summary>Quotas of three a minute: the next token comes after twenty seconds, long after the test.</summary>
public sealed class QuotaTests : IDisposable
{
    private const string Reading = "/api/v1/limits", Working = "/api/v1/segmentations";
    private const string AddressHeader = "X-Test-Address";

    private ResourceHost? _host;

    public void Dispose() => _host?.Dispose();

    [Fact]
    public async Task A_caller_s_quota_is_its_own_and_the_refusal_tells_when_to_come_back()
    {
        Start(("UdaSeg:Limits:RequestsPerMinute", "3"));
        for (int i = 0; i < 2; i++) Assert.Equal(200, (int)(await GetAsync(TestKeys.Viewer)).StatusCode);
        Assert.Equal(3, (await (await GetAsync(TestKeys.Viewer)).JsonAsync()).GetProperty("limits").GetProperty("requestsPerMinute").GetInt32());

        HttpResponseMessage refused = await GetAsync(TestKeys.Viewer);
        await refused.ProblemAsync(429, "quota-exceeded");
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 20);

        Assert.Equal(200, (int)(await GetAsync(TestKeys.Trainer)).StatusCode); // from the same address
        Assert.Equal(429, (int)(await GetAsync(TestKeys.Viewer, "192.0.2.7")).StatusCode); // from another
        Assert.Equal(429, (int)(await SendAsync(HttpMethod.Get, "/api/v1/nothing", TestKeys.Viewer)).StatusCode);
    }

    [Fact]
    public async Task The_body_of_a_refused_request_is_not_read()
    {
        Start(("UdaSeg:Limits:PostsPerMinute", "1"));
        await SendAsync(HttpMethod.Post, Working, TestKeys.Viewer);
        using var body = new EndlessBody(); // whoever waits for its end waits in vain
        HttpResponseMessage refused = await SendAsync(HttpMethod.Post, Working, TestKeys.Viewer, body: body);
        Assert.Equal(429, (int)refused.StatusCode);
    }

    [Fact]
    public async Task Signs_of_life_are_free_and_right_keys_are_no_wrong_ones()
    {
        Start(("UdaSeg:Limits:RequestsPerMinute", "6"), ("UdaSeg:Limits:RefusedKeysPerMinute", "1"));
        foreach (string path in (string[])["/health/live", "/v2/health/live", "/label-studio/health"])
        {
            for (int i = 0; i < 7; i++) Assert.Equal(200, (int)(await SendAsync(HttpMethod.Get, path, "wrong")).StatusCode);
        }

        // Nor do right keys ever count as wrong ones, whatever their role allows.
        for (int i = 0; i < 4; i++) Assert.Equal(200, (int)(await GetAsync(TestKeys.Viewer)).StatusCode);
        for (int i = 0; i < 2; i++) Assert.Equal(403, (int)(await SendAsync(HttpMethod.Post, "/api/v1/label-spaces", TestKeys.Viewer)).StatusCode);
        Assert.Equal(429, (int)(await GetAsync(TestKeys.Viewer)).StatusCode); // refused requests were counted
    }

    [Fact]
    public async Task After_too_many_wrong_keys_an_address_is_not_told_whether_the_next_is_right()
    {
        Start(("UdaSeg:Limits:RefusedKeysPerMinute", "3"));
        Assert.Equal(401, (int)(await GetAsync("wrong")).StatusCode);
        Assert.Equal(401, (int)(await GetWithAsync("Authorization", "Bearer wrong")).StatusCode);
        Assert.Equal(401, (int)(await GetWithAsync("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("any:wrong")))).StatusCode);

        HttpResponseMessage refused = await GetAsync(TestKeys.Admin);
        await refused.ProblemAsync(429, "quota-exceeded");
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 20);
        Assert.Equal(429, (int)(await SendAsync(HttpMethod.Get, "/api/v1/session", TestKeys.Admin)).StatusCode); // a route for anyone would tell too

        Assert.Equal(401, (int)(await GetAsync(null)).StatusCode); // shows no key
        Assert.Equal(200, (int)(await GetAsync(TestKeys.Admin, "192.0.2.9")).StatusCode);
    }

    private void Start(params (string Setting, string Value)[] settings) =>
        _host = new ResourceHost { More = services => services.AddTransient<IStartupFilter, AddressFromHeader>() }.WithKeys(settings);

    private Task<HttpResponseMessage> GetAsync(string? key, string address = "192.0.2.1") => SendAsync(HttpMethod.Get, Reading, key, address);

    private async Task<HttpResponseMessage> GetWithAsync(string header, string value)
    {
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, Reading).With(header, value).With(AddressHeader, "192.0.2.1");
        return await _host!.CreateClient().SendAsync(request, TestContext.Current.CancellationToken);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? key, string address = "192.0.2.1", HttpContent? body = null)
    {
        using HttpRequestMessage request = new HttpRequestMessage(method, path) { Content = body }.With(AddressHeader, address);
        if (method == HttpMethod.Post) request.Content ??= new StringContent("{}", Encoding.UTF8, "application/json");
        if (key is not null) request.With("X-Api-Key", key);
        return await _host!.CreateDefaultClient().SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    /// <summary>The in-memory server knows no addresses.</summary>
    private sealed class AddressFromHeader : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, more) =>
            {
                context.Connection.RemoteIpAddress = IPAddress.Parse(context.Request.Headers[AddressHeader].ToString());
                return more(context);
            });
            next(app);
        };
    }
}
