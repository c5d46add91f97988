using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using UdaSeg.Api.Pages;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Infrastructure.Settings;
using Xunit;

namespace UdaSeg.Api.Tests.Pages;

public sealed class SitePagesTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/align")]
    [InlineData("/datasets")]
    [InlineData("/runs/01a21fa8-6406-7e5d-9245-8040a9e91392")]
    [InlineData("/studies/")]
    public async Task Every_address_of_the_pages_is_answered_with_their_document(string path)
    {
        await using var api = new ApiFactory();
        HttpClient client = api.CreateClient();
        using HttpResponseMessage answer = await client.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("<script type=\"module\" src=\"/app.js\">", await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/nowhere")]
    [InlineData("/runs/a/b")]
    [InlineData("/lib/nothing.js")]
    [InlineData("/../appsettings.json")]
    [InlineData("/%2e%2e/UdaSeg.Api.dll")]
    [InlineData("/api/v1/nowhere")]
    public async Task What_is_no_page_stays_a_problem(string path)
    {
        await using var api = new ApiFactory();
        await api.CreateClient().GetAsync(path).RefusedAsync(404, "no-such-route");
    }

    [Fact]
    public async Task Files_come_with_their_type_and_are_asked_for_anew_only_when_changed()
    {
        await using var api = new ApiFactory();
        HttpClient client = api.CreateClient();
        using HttpResponseMessage first = await client.GetAsync("/lib/api.js");
        Assert.Equal("text/javascript", first.Content.Headers.ContentType?.MediaType);
        Assert.True(first.Headers.CacheControl?.NoCache);
        Assert.Equal("nosniff", first.Headers.GetValues("X-Content-Type-Options").Single());

        using var again = new HttpRequestMessage(HttpMethod.Get, "/lib/api.js");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using HttpResponseMessage second = await client.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Fact]
    public async Task Files_are_compressed_and_answers_of_the_interface_are_not()
    {
        await using var api = new ApiFactory();
        HttpClient client = api.CreateClient();
        using HttpResponseMessage file = await SendAsync(client, "/lib/api.js");
        Assert.Equal(["gzip"], file.Content.Headers.ContentEncoding);
        using HttpResponseMessage answer = await SendAsync(client, "/api/v1/training-presets");
        Assert.Empty(answer.Content.Headers.ContentEncoding);

        static Task<HttpResponseMessage> SendAsync(HttpClient client, string path)
        {
            var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
            return client.SendAsync(request);
        }
    }

    [Fact]
    public async Task Of_inline_scripts_only_the_documents_own_may_run()
    {
        await using var api = new ApiFactory();
        using HttpResponseMessage answer = await api.CreateClient().GetAsync("/runs");
        string policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        string html = await answer.Content.ReadAsStringAsync();
        string map = html.Split("<script type=\"importmap\">")[1].Split("</script>")[0];

        Assert.Contains($"script-src 'self' 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(map)))}';", policy);
        foreach (JsonProperty import in JsonElement.Parse(map).GetProperty("imports").EnumerateObject())
        {
            using HttpResponseMessage module = await api.CreateClient().GetAsync(import.Value.GetString());
            Assert.Equal(HttpStatusCode.OK, module.StatusCode);
        }
    }

    [Fact]
    public void A_script_with_a_source_needs_no_hash() =>
        Assert.Contains("script-src 'self';", PagePolicy.For("<script type=\"module\" src=\"/app.js\"></script>"));

    [Fact]
    public async Task Another_front_end_can_stand_in_the_pages_place()
    {
        using var folder = new TempFolder();
        File.WriteAllText(Path.Combine(folder.Path, "index.html"), "<p>ours</p>");
        await using var api = new ApiFactory();
        HttpClient client = api.WithWebHostBuilder(host => host.UseSetting("UdaSeg:PagesFolder", folder.Path)).CreateClient();
        Assert.Equal("<p>ours</p>", await client.GetStringAsync("/runs"));
        await client.GetAsync("/app.js").RefusedAsync(404, "no-such-route");
    }

    [Theory]
    [InlineData("pages")]
    [InlineData("/nowhere/at/all")]
    public void A_folder_without_pages_is_refused_at_the_start(string folder)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection([new("UdaSeg:PagesFolder", folder)]).Build();
        var faults = Assert.Throws<InvalidSettingsException>(() => SettingsReader.Read(configuration));
        Assert.Contains("UdaSeg:PagesFolder", faults.Message);
    }
}
