using System.Net;
using System.Text;
using System.Text.Json;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Infrastructure.Imaging;
using Xunit;

namespace UdaSeg.Api.Tests.Interop;

/// <summary>Requests as huggingface_hub's <c>InferenceClient.image_segmentation</c> sends them: bytes without parameters, JSON with some.</summary>
public sealed class HuggingFaceTests : IDisposable
{
    private const string Own = "/api/v1/segmentations?format=hf";

    private readonly ResourceHost _host = new();

    public void Dispose() => _host.Dispose();

    [Theory]
    [InlineData("/hf/default", null)]
    [InlineData("/hf/default", "image/png")]
    [InlineData("/hf/default", "image/anything")]
    [InlineData("/hf/default", "application/octet-stream")]
    [InlineData("/hf/default", "application/x-www-form-urlencoded")]
    [InlineData(Own, "image/png")]
    [InlineData(Own, "application/octet-stream")]
    public async Task Bytes_are_answered_with_a_grey_mask_and_a_score_for_each_class(string path, string? type)
    {
        Checkpoint model = _host.PublishDefault();
        byte[] image = ResourceHost.Png();
        HttpResponseMessage answer = await SendAsync(path, image, type);

        Assert.Equal(model.Id.ToString(), answer.Headers.GetValues("X-Checkpoint").Single());
        await AssertMasksAsync(await answer.JsonAsync(HttpStatusCode.OK), image);
    }

    [Theory]
    [InlineData("/hf/default", "application/json")]
    [InlineData("/hf/default", null)]
    [InlineData(Own, "application/json")]
    public async Task Base64_with_parameters_is_answered_alike(string path, string? type)
    {
        _host.PublishDefault();
        byte[] image = ResourceHost.Png();
        string json = $$$"""
            {"inputs": "{{{Convert.ToBase64String(image)}}}",
             "parameters": {"mask_threshold": 0.5, "overlap_mask_area_threshold": 0.5, "subtask": "semantic", "threshold": 0.5}}
            """;

        await AssertMasksAsync(await (await SendAsync(path, Encoding.UTF8.GetBytes(json), type)).JsonAsync(HttpStatusCode.OK), image);
    }

    [Fact]
    public async Task A_form_is_read_where_the_own_interface_reads_one()
    {
        _host.PublishDefault();
        HttpResponseMessage answer = await _host.SendAsync(HttpMethod.Post, Own, ResourceHost.Form(("image", ResourceHost.Png())));

        await AssertMasksAsync(await answer.JsonAsync(HttpStatusCode.OK), ResourceHost.Png());
    }

    // The model is always 0.75 sure.
    [Fact]
    public async Task Thresholds_leave_out_what_is_less_sure()
    {
        _host.PublishDefault();
        (string Parameters, int Segments)[] cases =
        [
            ("""{"threshold": 0.75}""", 3),
            ("""{"threshold": 0.76}""", 0),
            ("""{"mask_threshold": 0.75}""", 3),
            ("""{"mask_threshold": 0.76}""", 0),
            ("{}", 3),
            ("null", 3),
        ];
        foreach ((string parameters, int segments) in cases)
        {
            Assert.Equal(segments, (await (await WithParametersAsync(parameters)).JsonAsync(HttpStatusCode.OK)).GetArrayLength());
        }
    }

    [Fact]
    public async Task Parameters_that_cannot_be_kept_are_refused()
    {
        _host.PublishDefault();
        (string Parameters, int Status, string Code)[] cases =
        [
            ("""{"subtask": "panoptic"}""", 422, "invalid-segmentation"),
            ("""{"threshold": 1.5}""", 422, "invalid-segmentation"),
            ("""{"mask_threshold": -1}""", 422, "invalid-segmentation"),
            ("""{"threshold": "high"}""", 400, "malformed-json"),
        ];
        foreach ((string parameters, int status, string code) in cases)
        {
            JsonElement problem = await (await WithParametersAsync(parameters)).ProblemAsync(status, code);
            Assert.Equal(problem.Text("detail"), problem.Text("error"));
        }
    }

    [Fact]
    public async Task Bad_requests_are_refused()
    {
        _host.PublishDefault();
        (string Path, string Type, string Body, int Status, string Code)[] cases =
        [
            ("/hf/none", "image/png", "x", 404, "checkpoint-not-found"),
            ("/hf/default", "image/png", "x", 415, "unsupported-image"),
            ("/hf/default", "text/plain", "x", 415, "unsupported-media-type"),
            ("/hf/default", "image/png", "", 400, "missing-body"),
            ("/hf/default", "application/json", "{}", 400, "malformed-json"),
            ("/hf/default", "application/json", """{"inputs":"https://x.example/a.png"}""", 400, "malformed-json"),
            ("/hf/default", "application/json", """{"inputs":null}""", 400, "malformed-json"),
            ("/api/v1/segmentations?format=coco", "image/png", "x", 422, "invalid-segmentation"),
            ("/api/v1/segmentations?format=hf&include=rle", "image/png", "x", 422, "invalid-segmentation"),
        ];
        foreach ((string path, string type, string body, int status, string code) in cases)
        {
            await (await SendAsync(path, Encoding.UTF8.GetBytes(body), type)).ProblemAsync(status, code);
        }
    }

    [Fact]
    public async Task An_answer_of_another_kind_is_not_promised()
    {
        _host.PublishDefault();
        await (await _host.SendAsync(HttpMethod.Post, Own, ResourceHost.Image(ResourceHost.Png()), "image/png")).ProblemAsync(406, "not-acceptable");
    }

    /// <summary>As the client parses: base64, PNG, mode L; together the masks must be the label map of our own answer.</summary>
    private async Task AssertMasksAsync(JsonElement segments, byte[] image)
    {
        Assert.Equal(["left", "middle", "right"], segments.EnumerateArray().Select(s => s.Text("label")));
        ushort[] own = await _host.OwnLabelsAsync(image);
        for (int c = 0; c < 3; c++)
        {
            Assert.Equal(StripeSegmenter.Confidence, segments[c].GetProperty("score").GetDouble(), 1e-6);
            LabelFile mask = PngLabelCodec.Read(segments[c].GetProperty("mask").GetBytesFromBase64());
            Assert.Equal((12, 8, LabelFileKind.Grey8), (mask.Width, mask.Height, mask.Kind));
            Assert.Equal(own.Select(l => l == c ? (ushort)255 : (ushort)0), mask.Values);
        }
    }

    private Task<HttpResponseMessage> WithParametersAsync(string parameters) => SendAsync(
        "/hf/default", Encoding.UTF8.GetBytes($$"""{"inputs":"{{Convert.ToBase64String(ResourceHost.Png())}}","parameters":{{parameters}}}"""), "application/json");

    private async Task<HttpResponseMessage> SendAsync(string path, byte[] body, string? type)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, path) { Content = InteropHost.Body(body, type) };
        request.Headers.AddPythonRequests("unknown/None; hf_hub/0.34.4; python/3.11.2");
        return await _host.CreateClient().SendAsync(request, TestContext.Current.CancellationToken);
    }
}
