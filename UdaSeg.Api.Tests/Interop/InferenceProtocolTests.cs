using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.Interop;

/// <summary>Requests as tritonclient's HTTP client and KServe's put them together, compared with the service's own answer.</summary>
public sealed class InferenceProtocolTests : IDisposable
{
    private const int Width = 12, Height = 8;
    private const string HeaderLength = "Inference-Header-Content-Length";

    private readonly ResourceHost _host = new();
    private readonly Checkpoint _model;

    public InferenceProtocolTests() => _model = _host.PublishDefault();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task The_server_names_itself_and_only_extensions_that_work()
    {
        JsonElement server = await GetAsync("/v2");
        Assert.Equal("udaseg", server.Text("name"));
        Assert.Matches(@"^\d+\.\d+\.\d+$", server.Text("version"));
        Assert.Equal(["binary_tensor_data"], server.GetProperty("extensions").EnumerateArray().Select(e => e.GetString()));
        Assert.True((await GetAsync("/v2/health/live")).GetProperty("live").GetBoolean());
    }

    [Fact]
    public async Task The_server_is_ready_when_its_checks_are()
    {
        JsonElement ready = await Eventually.GetAsync(
            async () => await (await _host.SendAsync(HttpMethod.Get, "/v2/health/ready")).JsonAsync(), j => j.GetProperty("ready").GetBoolean());
        Assert.True(ready.GetProperty("live").GetBoolean());
    }

    [Fact]
    public async Task A_model_is_named_by_alias_or_id_and_its_version_is_the_checkpoint()
    {
        foreach (string path in new[] { "default", _model.Id.ToString(), $"default/versions/{_model.Id}" })
        {
            JsonElement model = await GetAsync($"/v2/models/{path}");
            Assert.Equal(path.Split('/')[0], model.Text("name"));
            Assert.Equal([_model.Id.ToString()], model.GetProperty("versions").EnumerateArray().Select(v => v.GetString()));
            Assert.NotEmpty(model.Text("platform")!);
            Assert.Equal("""[{"name":"image","datatype":"BYTES","shape":[1]}]""", model.GetProperty("inputs").GetRawText());
            Assert.Equal(
                """[{"name":"labels","datatype":"UINT8","shape":[-1,-1]},{"name":"confidence","datatype":"FP32","shape":[-1,-1]}]""",
                model.GetProperty("outputs").GetRawText());
            JsonElement ready = await GetAsync($"/v2/models/{path}/ready");
            Assert.Equal((path.Split('/')[0], true), (ready.Text("name"), ready.GetProperty("ready").GetBoolean()));
        }
    }

    [Fact]
    public async Task A_model_that_does_not_load_is_not_ready()
    {
        _host.Loader.Fault = new FileNotFoundException("/srv/weights");
        Checkpoint broken = TestCheckpoints.Create();
        _host.Services.GetRequiredService<CheckpointStore>().Publish(broken);

        HttpResponseMessage answer = await _host.SendAsync(HttpMethod.Get, $"/v2/models/{broken.Id}/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.False((await answer.JsonAsync()).GetProperty("ready").GetBoolean());
    }

    [Fact]
    public async Task Tritons_client_with_binary_input_and_no_chosen_output_gets_all_of_them_as_bytes()
    {
        byte[] image = ResourceHost.Png();
        byte[] element = Element(image);
        string json = $$$"""
            {"id":"42","inputs":[{"name":"image","shape":[1],"datatype":"BYTES","parameters":{"binary_data_size":{{{element.Length}}}}}],
             "parameters":{"binary_data_output":true}}
            """;
        HttpResponseMessage answer = await InferAsync([.. Encoding.UTF8.GetBytes(json), .. element], json.Length);

        byte[] body = await answer.BytesAsync();
        int length = int.Parse(answer.Headers.GetValues(HeaderLength).Single());
        JsonElement head = JsonElement.Parse(body.AsSpan(0, length));
        Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(("default", _model.Id.ToString(), "42"), (head.Text("model_name"), head.Text("model_version"), head.Text("id")));
        Assert.Equal(
            [
                """{"name":"labels","datatype":"UINT8","shape":[8,12],"parameters":{"binary_data_size":96}}""",
                """{"name":"confidence","datatype":"FP32","shape":[8,12],"parameters":{"binary_data_size":384}}""",
            ],
            head.GetProperty("outputs").EnumerateArray().Select(o => o.GetRawText()));
        Assert.Equal(length + 96 + 384, body.Length);
        Assert.Equal(await _host.OwnLabelsAsync(image), body.AsSpan(length, 96).ToArray().Select(b => (ushort)b));
        Assert.All(MemoryMarshal.Cast<byte, float>(body.AsSpan(length + 96)).ToArray(), c => Assert.Equal(StripeSegmenter.Confidence, c));
    }

    [Theory]
    [InlineData("BYTES", "[1]")]
    [InlineData("BYTES", "[1,1]")]
    [InlineData("UINT8", "[8,12,3]")]
    [InlineData("UINT8", "[1,8,12,3]")]
    public async Task JSON_in_and_out_is_what_the_own_interface_answers(string type, string shape)
    {
        byte[] image = ResourceHost.Png();
        string data = type == "BYTES" ? $"\"{Convert.ToBase64String(image)}\"" : string.Join(',', ResourceHost.Codec.Decode(image).Pixels);
        JsonElement answer = await (await InferAsync(
            $$"""{"inputs":[{"name":"image","shape":{{shape}},"datatype":"{{type}}","data":[{{data}}]}],"outputs":[{"name":"labels"}]}""")).JsonAsync(HttpStatusCode.OK);

        JsonElement output = answer.GetProperty("outputs")[0];
        Assert.Equal(1, answer.GetProperty("outputs").GetArrayLength());
        Assert.False(answer.TryGetProperty("id", out _));
        Assert.Equal(("labels", "UINT8", "[8,12]"), (output.Text("name"), output.Text("datatype"), output.GetProperty("shape").GetRawText()));
        Assert.Equal(await _host.OwnLabelsAsync(image), output.GetProperty("data").EnumerateArray().Select(v => v.GetUInt16()));
    }

    [Fact]
    public async Task An_output_says_for_itself_whether_it_is_bytes()
    {
        byte[] pixels = ResourceHost.Codec.Decode(ResourceHost.Png()).Pixels;
        string json = $$$"""
            {"inputs":[{"name":"image","shape":[8,12,3],"datatype":"UINT8","parameters":{"binary_data_size":{{{pixels.Length}}}}}],
             "outputs":[{"name":"confidence","parameters":{"binary_data":false}},{"name":"labels"}],"parameters":{"binary_data_output":true}}
            """;
        HttpResponseMessage answer = await InferAsync([.. Encoding.UTF8.GetBytes(json), .. pixels], json.Length);

        byte[] body = await answer.BytesAsync();
        int length = int.Parse(answer.Headers.GetValues(HeaderLength).Single());
        JsonElement outputs = JsonElement.Parse(body.AsSpan(0, length)).GetProperty("outputs");
        Assert.Equal(Enumerable.Repeat(0.75, 96), outputs[0].GetProperty("data").EnumerateArray().Select(v => v.GetDouble()));
        Assert.Equal("labels", outputs[1].Text("name"));
        Assert.Equal(await _host.OwnLabelsAsync(ResourceHost.Png()), body.AsSpan(length).ToArray().Select(b => (ushort)b));
    }

    [Fact]
    public async Task Nested_data_are_as_good_as_flat_ones() => Assert.Equal(
        HttpStatusCode.OK, (await InferAsync("""{"inputs":[{"name":"image","shape":[1,2,3],"datatype":"UINT8","data":[[[0,1,2],[3,4,255]]]}]}""")).StatusCode);

    [Fact]
    public async Task Bad_requests_are_refused_in_the_protocols_form()
    {
        (string Json, int Status)[] cases =
        [
            ("{", 400),
            ("null", 400),
            ("""{"inputs":[]}""", 422),
            ("""{"inputs":[{"name":"x","shape":[1],"datatype":"BYTES","data":["aaaa"]}]}""", 422),
            ("""{"inputs":[{"name":"image","shape":[1],"datatype":"BYTES","data":["no base64!"]}]}""", 400),
            ("""{"inputs":[{"name":"image","shape":[1],"datatype":"BYTES","data":["aaaa"]}]}""", 415),
            ("""{"inputs":[{"name":"image","shape":[2],"datatype":"BYTES","data":["aaaa","aaaa"]}]}""", 422),
            ("""{"inputs":[{"name":"image","shape":[1],"datatype":"BYTES"}]}""", 400),
            ("""{"inputs":[{"name":"image","shape":[1],"datatype":"BYTES","parameters":{"binary_data_size":5}}]}""", 400),
            ("""{"inputs":[{"name":"image","shape":[1],"datatype":"BYTES","parameters":{"binary_data_size":"5"}}]}""", 400),
            ("""{"inputs":[{"name":"image","shape":[1,1,3],"datatype":"FP32","data":[1,2,3]}]}""", 422),
            ("""{"inputs":[{"name":"image","shape":[1,1,3],"datatype":"UINT8","data":[1,2]}]}""", 422),
            ("""{"inputs":[{"name":"image","shape":[1,1,3],"datatype":"UINT8","data":[1,2,256]}]}""", 400),
            ("""{"inputs":[{"name":"image","shape":[0,1,3],"datatype":"UINT8","data":[]}]}""", 422),
            ("""{"inputs":[{"name":"image","shape":[4294967296,4294967296,3],"datatype":"UINT8","data":[]}]}""", 413),
            ("""{"inputs":[{"name":"image","shape":[1,1,3],"datatype":"UINT8","data":[1,2,3]}],"outputs":[{"name":"logits"}]}""", 422),
            ("""{"inputs":[{"name":"image","shape":[1,1,3],"datatype":"UINT8","data":[1,2,3]}],"outputs":[{"name":"labels"},{"name":"labels"}]}""", 422),
        ];
        foreach ((string json, int status) in cases) await RefusedAsync(await InferAsync(json), status);
    }

    [Fact]
    public async Task A_JSON_length_outside_the_body_is_refused()
    {
        int[] cases =
        [
            0,
            -1,
            100_000,
        ];
        foreach (int length in cases) await RefusedAsync(await InferAsync("{}"u8.ToArray(), length), 400);
    }

    [Fact]
    public async Task Bytes_that_disagree_with_their_lengths_are_refused()
    {
        byte[] element = Element(ResourceHost.Png());
        string json = $$$"""{"inputs":[{"name":"image","shape":[1],"datatype":"BYTES","parameters":{"binary_data_size":{{{element.Length}}}}}]}""";
        element[0]++;
        await RefusedAsync(await InferAsync([.. Encoding.UTF8.GetBytes(json), .. element], json.Length), 400);
        await RefusedAsync(await InferAsync([.. Encoding.UTF8.GetBytes(json), .. element, 0], json.Length), 400);
    }

    [Fact]
    public async Task What_is_not_there_is_said_in_the_protocols_form()
    {
        (string Path, int Status)[] cases =
        [
            ("/v2/models/none", 404),
            ("/v2/models/none/ready", 404),
            ("/v2/models/default/versions/1", 404),
            ("/v2/nothing", 404),
            ("/v2/models/default/infer", 405),
        ];
        foreach ((string path, int status) in cases) await RefusedAsync(await _host.SendAsync(HttpMethod.Get, path), status);
    }

    private static async Task RefusedAsync(HttpResponseMessage answer, int status)
    {
        JsonElement error = await answer.JsonAsync((HttpStatusCode)status);
        Assert.Equal(["error"], error.EnumerateObject().Select(p => p.Name));
        Assert.NotEmpty(error.Text("error")!);
    }

    /// <summary>One element of type BYTES.</summary>
    private static byte[] Element(byte[] file)
    {
        byte[] element = new byte[4 + file.Length];
        BinaryPrimitives.WriteInt32LittleEndian(element, file.Length);
        file.CopyTo(element, 4);
        return element;
    }

    private async Task<JsonElement> GetAsync(string path) => await (await _host.SendAsync(HttpMethod.Get, path)).JsonAsync(HttpStatusCode.OK);

    // KServe's client sends JSON with its type; Triton's sends no type at all, and the length of the JSON when bytes follow.
    private Task<HttpResponseMessage> InferAsync(string json) =>
        _host.SendAsync(HttpMethod.Post, "/v2/models/default/infer", InteropHost.Body(Encoding.UTF8.GetBytes(json), "application/json"));

    private async Task<HttpResponseMessage> InferAsync(byte[] body, int jsonLength)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/v2/models/default/infer") { Content = InteropHost.Body(body) };
        request.Headers.TryAddWithoutValidation(HeaderLength, jsonLength.ToString());
        return await _host.CreateClient().SendAsync(request, TestContext.Current.CancellationToken);
    }
}
