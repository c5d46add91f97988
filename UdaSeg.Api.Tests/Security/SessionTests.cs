using Microsoft.AspNetCore.Mvc.Testing;
using UdaSeg.Api.Security;
using UdaSeg.Api.Tests.Support;
using Xunit;

namespace UdaSeg.Api.Tests.Security;

/// <summary>The cookie that stands for a key in a browser.</summary>
public sealed class SessionTests(SessionServer server) : IClassFixture<SessionServer>
{
    private const string Session = "/api/v1/session";

    [Fact]
    public async Task A_key_begins_a_session_that_stands_for_it()
    {
        HttpResponseMessage begun = await SendAsync(HttpMethod.Post, Session, ("X-Api-Key", TestKeys.Trainer));
        Assert.Equal("""{"authentication":true,"name":"the-trainer","role":"trainer","by":"apiKey"}""", await TextAsync(begun));
        string cookie = CookieOf(begun);
        Assert.Equal("""{"authentication":true,"name":"the-trainer","role":"trainer","by":"session"}""", await TextAsync(await WithAsync(cookie, Session)));
        Assert.Equal(200, (int)(await WithAsync(cookie, "/api/v1/limits")).StatusCode);
        Assert.Equal(403, (int)(await WithAsync(cookie, "/hangfire")).StatusCode);
    }

    [Theory]
    [InlineData("http://localhost", false)]
    [InlineData("https://localhost", true)]
    public async Task The_cookie_is_for_this_server_alone_and_hidden_from_scripts(string address, bool secure)
    {
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Post, address + Session).With("X-Api-Key", TestKeys.Viewer);
        HttpResponseMessage begun = await server.Host.CreateClient().SendAsync(request, TestContext.Current.CancellationToken);
        string[] flags = [.. Assert.Single(begun.Headers.GetValues("Set-Cookie")).Split("; ").Skip(1).Select(f => f.ToLowerInvariant()).Order()];
        Assert.Equal(((string[])["httponly", "path=/", "samesite=strict", "secure"]).Where(f => secure || f != "secure"), flags);
        Assert.Equal("no-store", begun.Headers.CacheControl?.ToString());
        Assert.DoesNotContain(TestKeys.Viewer, CookieOf(begun));
    }

    [Fact]
    public async Task Nobody_is_told_apart_from_somebody_without_an_error()
    {
        Assert.Equal("""{"authentication":true,"name":null,"role":null,"by":"nothing"}""", await TextAsync(await SendAsync(HttpMethod.Get, Session)));
        await (await SendAsync(HttpMethod.Post, Session)).ProblemAsync(401, "unauthenticated");
        await (await SendAsync(HttpMethod.Post, Session, ("X-Api-Key", "wrong"))).ProblemAsync(401, "unauthenticated");
    }

    [Fact]
    public async Task Without_keys_everybody_is_an_administrator_and_no_cookie_is_needed()
    {
        using ResourceHost open = new();
        HttpResponseMessage begun = await open.SendAsync(HttpMethod.Post, Session);
        Assert.Equal("""{"authentication":false,"name":"anybody","role":"admin","by":"nothing"}""", await TextAsync(begun));
        Assert.False(begun.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Signing_out_takes_the_cookie_back()
    {
        HttpResponseMessage ended = await SendAsync(HttpMethod.Delete, Session, ("Cookie", await BeginAsync()));
        Assert.Equal(204, (int)ended.StatusCode);
        Assert.StartsWith("udaseg-session=;", Assert.Single(ended.Headers.GetValues("Set-Cookie")));
    }

    [Fact]
    public async Task A_changed_cookie_is_worth_nothing()
    {
        string cookie = await BeginAsync();
        int middle = cookie.Length / 2;
        string other = cookie[..middle] + (cookie[middle] == 'A' ? 'B' : 'A') + cookie[(middle + 1)..];
        foreach (string changed in (string[])[other, cookie[..^4], cookie + "A", "udaseg-session=", "udaseg-session=x"])
        {
            Assert.Equal(401, (int)(await WithAsync(changed, "/api/v1/limits")).StatusCode);
        }
    }

    [Fact]
    public async Task A_wrong_key_is_not_made_good_by_a_cookie()
    {
        HttpResponseMessage answer = await SendAsync(HttpMethod.Get, "/api/v1/limits", ("X-Api-Key", "wrong"), ("Cookie", await BeginAsync()));
        Assert.Equal(401, (int)answer.StatusCode);
    }

    // '*' lets any page ask, so the guard of origins lets this one through; but the browser adds the cookie, not the page.
    [Theory]
    [InlineData("Origin", "http://localhost:3000")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task A_page_of_another_origin_cannot_use_the_cookie(string header, string value)
    {
        string cookie = await BeginAsync();
        string cancel = "/api/v1/training-runs/0193e6c0-0000-7000-8000-000000000000/cancel";
        Assert.Equal(401, (int)(await SendAsync(HttpMethod.Post, cancel, ("Cookie", cookie), (header, value))).StatusCode);
        Assert.Equal(404, (int)(await SendAsync(HttpMethod.Post, cancel, ("Cookie", cookie))).StatusCode);
        Assert.Equal(401, (int)(await SendAsync(HttpMethod.Get, "/api/v1/limits", ("Cookie", cookie), (header, value))).StatusCode);
        Assert.Equal(200, (int)(await SendAsync(HttpMethod.Get, "/api/v1/limits", ("Cookie", cookie), ("Origin", "http://localhost"))).StatusCode);
    }

    [Fact]
    public async Task A_session_ends_after_half_an_hour_without_requests()
    {
        string cookie = await BeginAsync();
        server.Clock.Advance(SessionCookie.Idle - TimeSpan.FromSeconds(1));
        HttpResponseMessage late = await WithAsync(cookie, "/api/v1/limits");
        Assert.Equal(200, (int)late.StatusCode);
        string renewed = CookieOf(late);
        server.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(401, (int)(await WithAsync(cookie, "/api/v1/limits")).StatusCode);
        Assert.Equal(200, (int)(await WithAsync(renewed, "/api/v1/limits")).StatusCode);
    }

    [Fact]
    public async Task However_busy_a_session_ends_after_twelve_hours()
    {
        string cookie = await BeginAsync();
        TimeSpan step = TimeSpan.FromMinutes(20);
        for (TimeSpan passed = step; passed <= SessionCookie.Longest; passed += step)
        {
            server.Clock.Advance(step);
            HttpResponseMessage answer = await WithAsync(cookie, "/api/v1/limits");
            Assert.Equal(200, (int)answer.StatusCode);
            if (answer.Headers.Contains("Set-Cookie")) cookie = CookieOf(answer);
        }

        server.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(401, (int)(await WithAsync(cookie, "/api/v1/limits")).StatusCode);
    }

    [Fact]
    public async Task What_sessions_are_sealed_with_is_the_owner_s_to_read()
    {
        await BeginAsync();
        string folder = SealsOf(server.Host);
        string[] files = Directory.GetFiles(folder);
        Assert.NotEmpty(files);
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        foreach (string file in files) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task A_session_ends_with_its_key_and_takes_on_the_key_s_new_role()
    {
        string cookie = await BeginAsync();
        string folder = SealsOf(server.Host);
        using ResourceHost gone = Accepting("the-trainer", "trainer", TestKeys.HashOf("another"));
        using ResourceHost raised = Accepting("ann", "admin", TestKeys.HashOf(TestKeys.Trainer));
        foreach (ResourceHost host in (ResourceHost[])[gone, raised])
        {
            Directory.CreateDirectory(SealsOf(host));
            foreach (string file in Directory.GetFiles(folder)) File.Copy(file, Path.Combine(SealsOf(host), Path.GetFileName(file)));
        }

        Assert.Contains("\"name\":null", await TextAsync(await SendAsync(gone, HttpMethod.Get, Session, ("Cookie", cookie))));
        Assert.Contains("\"name\":\"ann\",\"role\":\"admin\"", await TextAsync(await SendAsync(raised, HttpMethod.Get, Session, ("Cookie", cookie))));
    }

    private ResourceHost Accepting(string name, string role, string hash)
    {
        ResourceHost host = server.New();
        (host.Settings["UdaSeg:ApiKeys:0:Name"], host.Settings["UdaSeg:ApiKeys:0:Role"], host.Settings["UdaSeg:ApiKeys:0:Sha256"]) = (name, role, hash);
        return host;
    }

    private static string SealsOf(ResourceHost host) => Path.Combine(Path.GetDirectoryName(host.Owned)!, "session-keys");

    private static string CookieOf(HttpResponseMessage answer) => Assert.Single(answer.Headers.GetValues("Set-Cookie")).Split(';')[0];

    private static Task<string> TextAsync(HttpResponseMessage answer) => answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    private async Task<string> BeginAsync() => CookieOf(await SendAsync(HttpMethod.Post, Session, ("X-Api-Key", TestKeys.Trainer)));

    private Task<HttpResponseMessage> WithAsync(string cookie, string path) => SendAsync(HttpMethod.Get, path, ("Cookie", cookie));

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, params (string Name, string Value)[] headers) =>
        SendAsync(server.Host, method, path, headers);

    private static Task<HttpResponseMessage> SendAsync(ResourceHost host, HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path);
        foreach ((string name, string value) in headers) request.With(name, value);
        HttpClient client = host.CreateClient(new WebApplicationFactoryClientOptions { HandleCookies = false, AllowAutoRedirect = false });
        return client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
