using System.Net;
using System.Text;
using System.Text.Json;
using UdaSeg.Api.Tests.Support;
using Xunit;

namespace UdaSeg.Api.Tests.LabelSpaces.Api;

public sealed class LabelSpaceEndpointTests : IDisposable
{
    private const string Path = "/api/v1/label-spaces";
    private const string Two =
        """{"name":"My Two!","classes":[{"index":0,"name":"a","color":[1,2,3]},{"index":1,"name":"b","color":[4,5,6]}],"subsets":{"first":[0]}}""";

    private readonly ResourceHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task The_built_in_spaces_are_listed_and_found()
    {
        JsonElement list = await (await _host.SendAsync(HttpMethod.Get, Path)).JsonAsync();
        JsonElement synthia = await (await _host.SendAsync(HttpMethod.Get, $"{Path}/synthia16")).JsonAsync();

        Assert.Equal(["cityscapes19", "synthia16"], list.GetProperty("items").EnumerateArray().Select(s => s.GetProperty("id").GetString()));
        Assert.Equal(13, synthia.GetProperty("subsets").GetProperty("13").GetArrayLength());
        await (await _host.SendAsync(HttpMethod.Get, $"{Path}/none")).ProblemAsync(404, "label-space-not-found");
    }

    [Fact]
    public async Task A_posted_space_is_kept_under_a_slug_and_posting_it_again_changes_nothing()
    {
        HttpResponseMessage first = await Post(Two), again = await Post(Two);

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), (first.StatusCode, again.StatusCode));
        Assert.Equal($"{Path}/my-two", first.Headers.Location?.ToString());
        Assert.Equal((await first.JsonAsync()).GetRawText(), (await again.JsonAsync()).GetRawText());
        JsonElement got = await (await _host.SendAsync(HttpMethod.Get, $"{Path}/my-two")).JsonAsync();
        Assert.Equal("b", got.GetProperty("classes")[1].GetProperty("name").GetString());
    }

    [Fact]
    public async Task The_same_name_with_other_content_is_a_conflict()
    {
        await Post(Two);
        await (await Post(Two.Replace("[4,5,6]", "[4,5,7]"))).ProblemAsync(409, "label-space-exists");
        await (await Post(Two.Replace("My Two!", "cityscapes19"))).ProblemAsync(409, "label-space-exists");
    }

    [Theory]
    [InlineData("""{"name":"x","classes":[]}""", 422, "invalid-label-space")]
    [InlineData("""{"name":"x","classes":[null]}""", 422, "invalid-label-space")]
    [InlineData("""{"name":"x","classes":[{"index":1,"name":"a","color":[1,2,3]}]}""", 422, "invalid-label-space")]
    [InlineData("""{"name":"x","classes":[{"index":0,"name":"a","color":[1,2,3]}],"subsets":{"s":[3]}}""", 422, "invalid-label-space")]
    [InlineData("""{"name":"x","classes":[{"index":0,"name":"a","color":[1,2,3]}],"subsets":{"s":null}}""", 422, "invalid-label-space")]
    [InlineData("""{"name":"x","clases":[]}""", 400, "malformed-json")]
    [InlineData("""{"name":"x"}""", 400, "malformed-json")]
    [InlineData("""{"name":"x","classes":null}""", 400, "malformed-json")]
    [InlineData("""{"name":null,"classes":[{"index":0,"name":"a","color":[1,2,3]}]}""", 400, "malformed-json")]
    public async Task Spaces_that_cannot_be_are_refused(string body, int status, string code) => await (await Post(body)).ProblemAsync(status, code);

    private Task<HttpResponseMessage> Post(string json) => _host.SendAsync(HttpMethod.Post, Path, new StringContent(json, Encoding.UTF8, "application/json"));
}
