using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using UdaSeg.Api.Interop.LabelStudio;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Images;
using Xunit;

namespace UdaSeg.Api.Tests.Interop;

/// <summary>Messages as Label Studio's connector sends them to a backend whose address is <c>…/label-studio</c>.</summary>
public sealed class LabelStudioTests : IDisposable
{
    private readonly ResourceHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task The_connection_is_checked_and_set_up()
    {
        Checkpoint model = _host.PublishDefault();
        foreach (string path in new[] { "/label-studio", "/label-studio/", "/label-studio/health" })
        {
            JsonElement health = await (await SendAsync(HttpMethod.Get, path)).JsonAsync(HttpStatusCode.OK);
            Assert.Equal(("UP", "UdaSeg"), (health.Text("status"), health.Text("model_class")));
        }

        JsonElement setup = await (await SendAsync(HttpMethod.Post, "/label-studio/setup", new
        {
            project = "7.1700000000",
            schema = LabellingConfigTests.Template,
            hostname = "http://169.254.169.254",
            access_token = "their-token",
            extra_params = (string?)null,
        })).JsonAsync(HttpStatusCode.OK);
        Assert.Equal(model.Id.ToString(), setup.Text("model_version"));
        JsonElement versions = await (await SendAsync(HttpMethod.Get, "/label-studio/versions")).JsonAsync(HttpStatusCode.OK);
        Assert.Equal(model.Id.ToString(), versions.GetProperty("versions")[0].GetString());
    }

    [Fact]
    public async Task Predictions_are_the_own_answers_masks_for_labels_of_the_project()
    {
        Checkpoint model = _host.PublishDefault();
        byte[] image = ResourceHost.Png();
        JsonElement answer = await (await PredictAsync(DataUri(image), DataUri(ResourceHost.Png(6, 2)))).JsonAsync(HttpStatusCode.OK);

        JsonElement[] results = [.. answer.GetProperty("results").EnumerateArray()];
        Assert.Equal(2, results.Length);
        Assert.Equal((model.Id.ToString(), 0.75), (results[0].Text("model_version"), results[0].GetProperty("score").GetDouble()));
        JsonElement[] regions = [.. results[0].GetProperty("result").EnumerateArray()];
        Assert.Equal(["Left", "right"], regions.Select(r => r.GetProperty("value").GetProperty("brushlabels")[0].GetString()));
        Assert.Equal(2, regions.Select(r => r.Text("id")).Distinct().Count());
        LabelMap own = new(12, 8, [.. (await _host.OwnLabelsAsync(image)).Select(l => (byte)l)]);
        for (int i = 0; i < 2; i++)
        {
            JsonElement region = regions[i], value = region.GetProperty("value");
            Assert.Equal(("tag", "image", "brushlabels"), (region.Text("from_name"), region.Text("to_name"), region.Text("type")));
            Assert.Equal((12, 8, 0), (Number(region, "original_width"), Number(region, "original_height"), Number(region, "image_rotation")));
            Assert.Equal("rle", value.Text("format"));
            Assert.Equal(BrushRle.Encode(own, (byte)(2 * i)), value.GetProperty("rle").EnumerateArray().Select(v => v.GetByte()));
        }

        Assert.Equal(6, Number(results[1].GetProperty("result")[0], "original_width"));
    }

    [Fact]
    public async Task A_webhook_is_accepted_and_says_that_nothing_comes_of_it()
    {
        JsonElement answer = await (await SendAsync(
            HttpMethod.Post, "/label-studio/webhook", new { action = "START_TRAINING", project = new { id = 7, title = "streets" } })).JsonAsync(HttpStatusCode.OK);
        Assert.Equal("ignored", answer.Text("status"));
    }

    [Fact]
    public async Task Uploads_are_fetched_from_the_configured_host_with_its_own_token()
    {
        byte[] image = ResourceHost.Png();
        await using StudioOrigin studio = await StudioOrigin.StartAsync(context => context.Response.Body.WriteAsync(image).AsTask());
        _host.Settings["UdaSeg:LabelStudio:Host"] = studio.Address;
        _host.Settings["UdaSeg:LabelStudio:ApiToken"] = "ours";
        _host.PublishDefault();
        JsonElement answer = await (await PredictAsync("/data/upload/7/a.png", $"{studio.Address}/data/local-files/?d=b.png")).JsonAsync(HttpStatusCode.OK);

        Assert.Equal(2, answer.GetProperty("results")[1].GetProperty("result").GetArrayLength());
        Assert.Equal([("/data/upload/7/a.png", "Token ours"), ("/data/local-files/?d=b.png", "Token ours")], studio.Asked);
    }

    [Fact]
    public async Task Nothing_is_fetched_when_no_host_is_configured()
    {
        await using StudioOrigin studio = await StudioOrigin.StartAsync(_ => Task.CompletedTask);
        _host.PublishDefault();
        foreach (string value in new[] { "/data/upload/7/a.png", $"{studio.Address}/a.png", "file:///etc/passwd", "a.png" })
        {
            await (await PredictAsync(value)).ProblemAsync(422, "task-image-refused");
        }

        Assert.Empty(studio.Asked);
    }

    [Fact]
    public async Task No_other_origin_is_asked_however_it_is_written()
    {
        await using StudioOrigin other = await StudioOrigin.StartAsync(_ => Task.CompletedTask);
        await using StudioOrigin studio = await StudioOrigin.StartAsync(_ => Task.CompletedTask);
        _host.Settings["UdaSeg:LabelStudio:Host"] = studio.Address;
        _host.PublishDefault();
        string[] cases =
        [
            "{0}/a.png",
            "//{1}/a.png",
            "http://{2}@{1}/a.png",
            "http://user@{2}/a.png",
            "https://{2}/a.png",
            "http://localhost/a.png",
            "http://169.254.169.254/latest/meta-data",
            "file:///etc/passwd",
            "ftp://{2}/a.png",
            "a.png",
        ];
        foreach (string form in cases)
        {
            string value = string.Format(form, other.Address, new Uri(other.Address).Authority, new Uri(studio.Address).Authority);
            JsonElement problem = await (await PredictAsync(value)).ProblemAsync(422, "task-image-refused");
            Assert.DoesNotContain("127.0.0.1", problem.Text("detail"));
        }

        Assert.Empty(other.Asked);
        Assert.Empty(studio.Asked);
    }

    [Fact]
    public async Task A_path_that_some_readers_take_for_a_host_stays_on_the_origin()
    {
        await using StudioOrigin other = await StudioOrigin.StartAsync(_ => Task.CompletedTask);
        await using StudioOrigin studio = await StudioOrigin.StartAsync(_ => Task.CompletedTask);
        _host.Settings["UdaSeg:LabelStudio:Host"] = studio.Address;
        _host.PublishDefault();
        await PredictAsync($"/\\{new Uri(other.Address).Authority}/a.png");

        Assert.Empty(other.Asked);
        Assert.Single(studio.Asked);
    }

    [Fact]
    public async Task Redirects_are_not_followed()
    {
        await using StudioOrigin other = await StudioOrigin.StartAsync(_ => Task.CompletedTask);
        await using StudioOrigin studio = await StudioOrigin.StartAsync(context =>
        {
            context.Response.Redirect($"{other.Address}/secret");
            return Task.CompletedTask;
        });
        _host.Settings["UdaSeg:LabelStudio:Host"] = studio.Address;
        _host.PublishDefault();

        await (await PredictAsync("/data/upload/7/a.png")).ProblemAsync(422, "task-image-unavailable");
        Assert.Empty(other.Asked);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task More_bytes_than_allowed_are_not_read(bool declared)
    {
        await using StudioOrigin studio = await StudioOrigin.StartAsync(async context =>
        {
            if (declared) context.Response.ContentLength = 3000;
            await context.Response.Body.WriteAsync(new byte[3000]);
        });
        _host.Settings["UdaSeg:LabelStudio:Host"] = studio.Address;
        _host.Settings["UdaSeg:Limits:MaxUploadBytes"] = "2000";
        _host.PublishDefault();

        await (await PredictAsync("/data/upload/7/a.png")).ProblemAsync(413, "body-too-large");
    }

    [Fact]
    public async Task A_host_that_does_not_answer_in_time_is_given_up()
    {
        await using StudioOrigin studio = await StudioOrigin.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        _host.Settings["UdaSeg:LabelStudio:Host"] = studio.Address;
        _host.Settings["UdaSeg:LabelStudio:FetchSeconds"] = "1";
        _host.PublishDefault();

        await (await PredictAsync("/data/upload/7/a.png")).ProblemAsync(422, "task-image-unavailable");
    }

    [Fact]
    public async Task Images_that_are_none_are_refused()
    {
        _host.PublishDefault();
        (string Value, int Status, string Code)[] cases =
        [
            ("data:image/png;base64,", 422, "task-image-unusable"),
            ("data:image/png,abc", 422, "task-image-unusable"),
            ("data:image/png;base64,!", 422, "task-image-unusable"),
            ("data:", 422, "task-image-unusable"),
            ("", 422, "task-image-unusable"),
            ("data:image/png;base64,aaaa", 415, "unsupported-image"),
        ];
        foreach ((string value, int status, string code) in cases) await (await PredictAsync(value)).ProblemAsync(status, code);
    }

    [Fact]
    public async Task Without_a_model_the_reason_is_told_where_Label_Studio_looks_for_it()
    {
        JsonElement problem = await (await PredictAsync("x")).ProblemAsync(404, "checkpoint-not-found");
        Assert.NotEmpty(problem.Text("detail")!);
    }

    private static int Number(JsonElement json, string name) => json.GetProperty(name).GetInt32();

    private static string DataUri(byte[] image) => $"data:image/png;base64,{Convert.ToBase64String(image)}";

    private Task<HttpResponseMessage> PredictAsync(params string[] images) => SendAsync(HttpMethod.Post, "/label-studio/predict", new
    {
        tasks = images.Select((image, i) => new
        {
            id = 100 + i,
            data = new { image, city = "Bonn" },
            meta = new { },
            created_at = "2026-11-28T05:00:00.000000Z",
            is_labeled = false,
            overlap = 1,
            project = 7,
            annotations = Array.Empty<object>(),
            predictions = Array.Empty<object>(),
        }),
        project = "7.1700000000",
        label_config = LabellingConfigTests.Template,
        @params = new { login = (string?)null, password = (string?)null, context = (object?)null },
    });

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using HttpRequestMessage request = new(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.AddPythonRequests("heartex/1.20.0");
        HttpResponseMessage answer = await _host.CreateClient().SendAsync(request, TestContext.Current.CancellationToken);
        return answer;
    }
}
