using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.Evaluations;

public sealed class EvaluationEndpointsTests : IAsyncLifetime
{
    private const string Path = "/api/v1/evaluations";
    private readonly ApiFactory _api = new();
    private readonly Checkpoint _checkpoint = Samples.Checkpoint();
    private readonly Dataset _dataset = Samples.Dataset();
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _client = _api.CreateClient();
        _api.Service<CheckpointStore>().Publish(_checkpoint);
        await _api.Service<DatasetStore>().AddAsync(_dataset, default);
    }

    public async ValueTask DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task An_evaluation_runs_in_a_process_of_its_own_and_shows_its_figures()
    {
        await _api.Service<AliasStore>().PutAsync("default", _checkpoint.Id, default);
        using HttpResponseMessage answer = await _client.PostAsJsonAsync(Path,
            new
            {
                checkpoint = "default",
                dataset = _dataset.Id,
                flip = true,
                scales = new[] { 0.5, 1 },
                subset = "13",
                missingClasses = "count",
                slidingWindow = new { width = 64, height = 48, stride = 40 },
            });
        JsonElement queued = await answer.JsonAsync(HttpStatusCode.Accepted);
        Assert.Equal($"{Path}/{queued.Id()}", answer.Headers.Location?.ToString());
        Assert.Equal((_checkpoint.Id, _dataset.Id, "count"),
            (queued.Id("checkpoint"), queued.Id("dataset"), queued.GetProperty("options").Text("missingClasses")));
        Assert.Equal(new SlidingWindow(64, 48, 40), _api.Service<EvaluationStore>().Find(queued.Id())!.Options.SlidingWindow);
        Assert.Equal(40, queued.GetProperty("options").GetProperty("slidingWindow").GetProperty("stride").GetInt32());
        await UntilAsync(queued.Id(), "running");
        Assert.Equal(["evaluate", "--evaluation", queued.Id().ToString()], _api.Child.Arguments);
        _api.Service<EvaluationStore>().Update(queued.Id(), e => e.Succeed(Samples.Now, Samples.Report(0.625))); // as the child would
        JsonElement done = await _client.GetJsonAsync($"{Path}/{queued.Id()}");
        Assert.Equal((0.3, 0.625), (done.GetProperty("miou").GetDouble(), done.GetProperty("miouOfAll").GetDouble())); // the subset's is the headline
        Assert.Equal(("succeeded", 9), (done.Text("status"), done.GetProperty("confusion")[0][0].GetInt32()));
        Assert.Equal("road", done.GetProperty("perClass")[0].Text("name"));
    }

    [Fact]
    public async Task An_evaluator_that_crashes_fails_the_evaluation()
    {
        _api.Child.Script = "kill -9 $$";
        JsonElement queued = await _client.PostAsync(Path, new { checkpoint = _checkpoint.Id, dataset = _dataset.Id }, HttpStatusCode.Accepted);
        JsonElement failed = await UntilAsync(queued.Id(), "failed");
        Assert.Equal("evaluator-crashed", failed.GetProperty("failure").Text("code"));
        Assert.Equal([queued.Id()], (await _client.GetJsonAsync(Path)).GetProperty("items").EnumerateArray().Select(e => e.Id()));
    }

    [Fact]
    public async Task What_cannot_be_measured_is_refused()
    {
        Dataset unlabelled = Samples.Dataset("unlabelled", labelled: 0);
        Dataset invalid = Samples.Dataset("invalid", DatasetStatus.Invalid);
        foreach (Dataset set in new[] { unlabelled, invalid }) await _api.Service<DatasetStore>().AddAsync(set, default);
        await RefusedAsync(new { checkpoint = "nothing", dataset = _dataset.Id }, 422, "unknown-checkpoint");
        await RefusedAsync(new { checkpoint = _checkpoint.Id, dataset = Guid.CreateVersion7() }, 422, "unknown-dataset");
        await RefusedAsync(new { checkpoint = _checkpoint.Id, dataset = unlabelled.Id }, 422, "dataset-unlabelled");
        await RefusedAsync(new { checkpoint = _checkpoint.Id, dataset = invalid.Id }, 409, "dataset-invalid");
        await RefusedAsync(new { checkpoint = _checkpoint.Id, dataset = _dataset.Id, subset = "14" }, 422, "unknown-subset");
        JsonElement strange = await _client.PostAsync(
            "/api/v1/label-spaces", new { name = "strange", classes = new[] { new { index = 0, name = "moon", color = new[] { 1, 2, 3 } } } }, HttpStatusCode.Created);
        Dataset moons = Samples.Dataset("moons", space: strange.Text("id")!);
        await _api.Service<DatasetStore>().AddAsync(moons, default);
        await RefusedAsync(new { checkpoint = _checkpoint.Id, dataset = moons.Id, subset = "13" }, 422, "unknown-subset"); // none of its classes is labelled there
        await RefusedAsync(new { checkpoint = _checkpoint.Id, dataset = _dataset.Id, scales = new[] { 9.0 } }, 422, "invalid-evaluation");
        await RefusedAsync(new { checkpoint = _checkpoint.Id, dataset = _dataset.Id, scales = Array.Empty<double>() }, 422, "invalid-evaluation");
        foreach ((int width, int height, int? stride) in new (int, int, int?)[] { (31, 64, null), (64, 8193, null), (64, 64, 0), (64, 64, 7), (64, 32, 33), (512, 32, 32) })
        {
            await RefusedAsync(
                new { checkpoint = _checkpoint.Id, dataset = _dataset.Id, slidingWindow = new { width, height, stride } }, 422, "invalid-evaluation");
        }

        await RefusedAsync(new { checkpoint = _checkpoint.Id, dataset = _dataset.Id, slidingWindow = new { width = 64 } }, 400, "malformed-json");
        await RefusedAsync(new { checkpoint = _checkpoint.Id, dataset = _dataset.Id, missingClasses = "maybe" }, 400, "malformed-json");
        await _client.GetAsync($"{Path}/{Guid.CreateVersion7()}").RefusedAsync(404, "evaluation-not-found");
    }

    private Task<JsonElement> RefusedAsync(object body, int status, string code) => _client.PostAsJsonAsync(Path, body).RefusedAsync(status, code);

    private Task<JsonElement> UntilAsync(Guid id, string status) =>
        Eventually.GetAsync(() => _client.GetJsonAsync($"{Path}/{id}"), e => e.Text("status") == status);
}
