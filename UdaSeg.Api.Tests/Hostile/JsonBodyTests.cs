using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using UdaSeg.Api.Tests.Support;
using Xunit;

namespace UdaSeg.Api.Tests.Hostile;

/// <summary>JSON that is deep, large, doubled, or says what no name may say.</summary>
public sealed class JsonBodyTests : IDisposable
{
    private const string Spaces = "/api/v1/label-spaces", Sets = "/api/v1/datasets", Runs = "/api/v1/training-runs", Studies = "/api/v1/studies";

    private static readonly string[] s_urls = [Spaces, Sets, Runs, Studies, "/api/v1/evaluations"];

    private readonly ResourceHost _host = new();

    public static TheoryData<string> Malformed =>
    [
        "", " ", "null", "7", "\"text\"", "[]", "{", "{}}", "{\"name\":}", "{'name':'a'}", "{\"name\":\"a\",}", "{\"name\":NaN}", "{\"name\":Infinity}",
        "{\"name\":\"a\",\"name\":\"b\"}", "{\"name\":\"a\",\"NAME\":\"b\"}", "{\"name\":\"\u0001\"}", "// a\n{}", "\uFEFF\uFEFF{}", "{\"x\":" + new string('[', 100) + new string(']', 100) + "}",
        "{\"name\":" + new string('{', 500_000),
    ];

    public void Dispose() => _host.Dispose();

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task What_is_no_object_of_members_that_come_once_is_malformed_everywhere(string body)
    {
        foreach (string url in s_urls)
        {
            using HttpResponseMessage answer = await _host.SendAsync(HttpMethod.Post, url, Json(body));
            Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, $"{url}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
        }
    }

    /// <summary>Bodies that are good but for this.</summary>
    [Theory]
    [InlineData(Spaces, """{"name":"a","name":"b","classes":[{"index":0,"name":"road","color":[0,0,0]}]}""")]
    [InlineData(Spaces, """{"name":"a","NAME":"b","classes":[{"index":0,"name":"road","color":[0,0,0]}]}""")]
    [InlineData(Spaces, """{"name":"a","classes":[{"index":0,"name":"road","name":"car","color":[0,0,0]}]}""")]
    public async Task A_member_that_comes_twice_is_malformed(string url, string body)
    {
        using HttpResponseMessage answer = await _host.SendAsync(HttpMethod.Post, url, Json(body));
        await answer.ProblemAsync(400, "malformed-json");
    }

    /// <summary>Options are read as they come, so that nothing else would stop a deep nest in them.</summary>
    [Theory]
    [InlineData(20, 422)]
    [InlineData(40, 400)]
    public async Task Nests_are_limited(int levels, int status)
    {
        string body = $$$"""{"name":"a","source":["{{{Guid.Empty}}}"],"target":"{{{Guid.Empty}}}","options":{"x":{{{new string('[', levels)}}}{{{new string(']', levels)}}}}}""";
        using HttpResponseMessage answer = await _host.SendAsync(HttpMethod.Post, Runs, Json(body));
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData(Runs, """{"name":"a","target":"x","options":{"seed":1e400}}""")]
    [InlineData(Runs, """{"name":"a","options":{"seed":99999999999999999999999999}}""")]
    [InlineData(Runs, """{"name":"\ud800"}""")]
    [InlineData(Sets, """{"name":"a","domain":"target","labels":"\udc00"}""")]
    [InlineData(Spaces, """{"name":"a","classes":[{"index":1e999,"name":"a","color":[0,0,0]}]}""")]
    public async Task Numbers_and_letters_that_cannot_be_are_a_clients_fault(string url, string body)
    {
        using HttpResponseMessage answer = await _host.SendAsync(HttpMethod.Post, url, Json(body));
        Assert.InRange((int)answer.StatusCode, 400, 422);
    }

    [Theory]
    [InlineData("""a\u0000b""")]
    [InlineData("""a\nb""")]
    [InlineData("""a\u001b[31mb""")]
    [InlineData("""a\u202Eb""")]
    [InlineData("""a\u2067b""")]
    [InlineData("""a\u2028b""")]
    [InlineData("""a\ud83d""")]
    [InlineData("   ")]
    public async Task Names_that_cannot_be_shown_as_they_are_on_one_line_are_refused(string escaped)
    {
        string quoted = $"\"{escaped}\"";
        Directory.CreateDirectory(Path.Combine(_host.Root, "a", "images"));
        await File.WriteAllBytesAsync(Path.Combine(_host.Root, "a", "images", "a.png"), ResourceHost.Png(), TestContext.Current.CancellationToken);
        await RefusedAsync(Spaces, $$"""{"name":{{quoted}},"classes":[{"index":0,"name":"road","color":[0,0,0]}]}""");
        await RefusedAsync(Spaces, $$"""{"name":"a","classes":[{"index":0,"name":{{quoted}},"color":[0,0,0]}]}""");
        await RefusedAsync(Sets, $$"""{"name":{{quoted}},"domain":"target","path":"a"}""");
    }

    [Theory]
    [InlineData("Straße, дорога, 道路, طريق, 🚗")]
    [InlineData("طريق\u200F")]
    public async Task Names_of_every_script_are_not(string name)
    {
        string body = JsonSerializer.Serialize(new { name, classes = new[] { new { index = 0, name, color = new[] { 0, 0, 0 } } } });
        using HttpResponseMessage answer = await _host.SendAsync(HttpMethod.Post, Spaces, Json(body));
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal(name, (await answer.JsonAsync()).Text("name"));
    }

    [Theory]
    [InlineData("application/json; charset=bogus")]
    [InlineData("application/json; charset=\"\"")]
    [InlineData("application/json; charset=utf-7")]
    [InlineData("application/json; charset=utf-16")]
    public async Task An_encoding_that_is_not_UTF_8_is_a_clients_fault(string type)
    {
        foreach (string url in s_urls)
        {
            var body = new ByteArrayContent("{}"u8.ToArray());
            body.Headers.TryAddWithoutValidation("Content-Type", type);
            using HttpResponseMessage answer = await _host.SendAsync(HttpMethod.Post, url, body);
            await answer.ProblemAsync(415, "unsupported-media-type");
        }
    }

    /// <summary>Both broke the service, as a storm of mutated requests found.</summary>
    [Fact]
    public async Task Bytes_that_are_no_text_are_a_clients_fault_where_text_is_read_late()
    {
        _host.Settings["UdaSeg:LabelStudio:Checkpoint"] = "default";
        _host.PublishDefault();
        byte[] manifest = [.. "{\"nam"u8, 0xCE, .. "\":\"a\",\"domain\":\"target\"}"u8];
        using HttpResponseMessage set = await _host.SendAsync(HttpMethod.Post, Sets, ResourceHost.Form(("manifest", manifest), ("archive", ResourceHost.Png())));
        Assert.Equal(HttpStatusCode.BadRequest, set.StatusCode);

        using HttpResponseMessage predicted = await _host.SendAsync(HttpMethod.Post, "/label-studio/predict", Json("""
            {"tasks":[{"id":1,"data":{"image":"data:\ud800"}}],
             "label_config":"<View><Image name='i' value='$image'/><BrushLabels name='t' toName='i'><Label value='road'/></BrushLabels></View>"}
            """));
        Assert.Equal(HttpStatusCode.BadRequest, predicted.StatusCode);
    }

    [Fact]
    public async Task Names_are_limited_wherever_they_are_given()
    {
        string name = new('n', 1_000_000);
        foreach (string url in s_urls) await RefusedAsync(url, $$"""{"name":"{{name}}","domain":"target","path":"a","source":[],"classes":[],"arms":[],"seeds":[]}""");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_beyond_the_limit_is_refused_by_limit_and_actual_whether_or_not_it_told_its_length(bool told)
    {
        _host.Settings["UdaSeg:Limits:MaxJsonBytes"] = "2000";
        foreach (string url in s_urls)
        {
            HttpContent body = told ? Json(new string(' ', 2001)) : new Untold(new string(' ', 5000));
            using HttpResponseMessage answer = await _host.SendAsync(HttpMethod.Post, url, body);
            JsonElement problem = await answer.ProblemAsync(413, "body-too-large");
            Assert.Equal(2000, problem.GetProperty("limit").GetInt32());
            Assert.InRange(problem.GetProperty("actual").GetInt32(), 2001, 5000);
        }

        JsonElement limits = (await (await _host.SendAsync(HttpMethod.Get, "/api/v1/limits")).JsonAsync()).GetProperty("limits");
        Assert.Equal(2000, limits.GetProperty("maxJsonBytes").GetInt32());
    }

    [Fact]
    public async Task Images_within_another_tools_json_may_be_as_large_as_uploads()
    {
        _host.Settings["UdaSeg:Limits:MaxJsonBytes"] = "2000";
        _host.PublishDefault();
        string image = Convert.ToBase64String(ResourceHost.Png(200, 150));
        Assert.True(image.Length > 2000);
        using HttpResponseMessage answer = await _host.SendAsync(HttpMethod.Post, "/hf/default", Json($$"""{"inputs":"{{image}}"}"""));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private async Task RefusedAsync(string url, string body)
    {
        using HttpResponseMessage answer = await _host.SendAsync(HttpMethod.Post, url, Json(body));
        Assert.True((int)answer.StatusCode is 400 or 422, $"{url}: {(int)answer.StatusCode}");
    }

    /// <summary>Comes in pieces, as from a program that does not know how much it will send.</summary>
    private sealed class Untold : HttpContent
    {
        private readonly byte[] _bytes;

        public Untold(string text)
        {
            _bytes = Encoding.UTF8.GetBytes(text);
            Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(_bytes).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
