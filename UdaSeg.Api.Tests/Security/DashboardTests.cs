using UdaSeg.Api.Tests.Support;
using Xunit;

namespace UdaSeg.Api.Tests.Security;

/// <summary>The queue's pages at <c>/hangfire</c>, on the queue in memory.</summary>
public sealed class DashboardTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Jobs_can_be_changed_only_where_the_operator_says_so(bool writable)
    {
        using ResourceHost host = new() { Settings = { ["UdaSeg:Hangfire:Writable"] = writable ? "true" : "false" } };
        HttpResponseMessage page = await host.SendAsync(HttpMethod.Get, "/hangfire/jobs/enqueued");
        Assert.Equal(200, (int)page.StatusCode);
        using FormUrlEncodedContent jobs = new([KeyValuePair.Create("jobs[]", "1")]);
        HttpResponseMessage changed = await host.SendAsync(HttpMethod.Post, "/hangfire/jobs/enqueued/delete", jobs);
        Assert.Equal(writable, changed.IsSuccessStatusCode);
    }

    [Fact]
    public async Task Its_pages_and_their_parts_are_found_under_their_address_and_in_no_frame()
    {
        using ResourceHost host = new();
        HttpResponseMessage page = await host.SendAsync(HttpMethod.Get, "/hangfire");
        string text = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("UdaSeg jobs", text);
        Assert.Equal("DENY", Assert.Single(page.Headers.GetValues("X-Frame-Options")));
        string style = text.Split("href=\"").Select(p => p.Split('"')[0]).First(p => p.Contains("/css", StringComparison.Ordinal));
        Assert.StartsWith("/hangfire/", style);
        Assert.Equal("text/css", (await host.SendAsync(HttpMethod.Get, style)).Content.Headers.ContentType?.MediaType);
    }
}
