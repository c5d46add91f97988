using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Datasets;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.TrainingRuns;

public sealed class TrainingRunEndpointsTests : IAsyncLifetime
{
    private const string Path = "/api/v1/training-runs";
    private readonly ApiFactory _api = new();
    private HttpClient _client = null!;
    private Dataset _source = null!;
    private Dataset _target = null!;

    public async ValueTask InitializeAsync()
    {
        _client = _api.CreateClient();
        _source = await AddAsync(Samples.Dataset("source"));
        _target = await AddAsync(Samples.Dataset("target", labelled: 0));
    }

    public async ValueTask DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task A_submitted_run_is_answered_whole_and_then_runs()
    {
        using HttpResponseMessage answer = await _client.PostAsJsonAsync(Path, Body(preset: "tiny", options: new { seed = 7, triplet = new { margin = 0.3 } }));
        JsonElement run = await answer.JsonAsync(HttpStatusCode.Accepted);
        Assert.Equal($"{Path}/{run.Id()}", answer.Headers.Location?.ToString());
        Assert.Equal(("queued", "synthia16", 2, 600), (run.Text("status"), run.Text("labelSpace"), run.GetProperty("stages").GetInt32(),
            run.GetProperty("totalIterations").GetInt32()));
        Assert.Equal(JsonValueKind.Null, run.GetProperty("stage").ValueKind);
        Assert.Equal(_source.Id, run.GetProperty("source")[0].GetGuid());
        JsonElement options = run.GetProperty("options");
        Assert.Equal((7, 0.3, Domain.Training.TrainingPresets.Tiny.Crop.Width), (options.GetProperty("seed").GetInt32(), options.GetProperty("triplet").GetProperty("margin").GetDouble(),
            options.GetProperty("crop").GetProperty("width").GetInt32()));
        JsonElement now = await UntilAsync(run.Id(), "running");
        Assert.Equal((1, 0), (now.GetProperty("attempt").GetInt32(), now.GetProperty("stage").GetInt32()));
        foreach (JsonProperty link in now.GetProperty("links").EnumerateObject()
            .Where(l => l.Name is "self" or "metrics" or "attempts")) await _client.GetJsonAsync(link.Value.GetString()!);
    }

    [Fact]
    public async Task The_options_of_an_answer_can_be_sent_again()
    {
        JsonElement run = await SubmitAsync();
        JsonElement again = await _client.PostAsync(Path, Body(options: run.GetProperty("options")), HttpStatusCode.Accepted);
        Assert.Equal(run.GetProperty("options").GetRawText(), again.GetProperty("options").GetRawText());
    }

    [Fact]
    public async Task Several_sources_make_one_run()
    {
        Dataset second = await AddAsync(Samples.Dataset("second"));
        JsonElement run = await _client.PostAsync(Path, Body(source: new[] { _source.Id, second.Id }), HttpStatusCode.Accepted);
        Assert.Equal([_source.Id, second.Id], run.GetProperty("source").EnumerateArray().Select(s => s.GetGuid()));
    }

    [Fact]
    public async Task Data_sets_that_do_not_fit_are_refused_by_field()
    {
        Dataset other = await AddAsync(Samples.Dataset("other", space: "cityscapes19"));
        Dataset validating = await AddAsync(Samples.Dataset("validating", DatasetStatus.Validating));
        await RefusedAsync(Body(source: Guid.CreateVersion7()), 422, "unknown-dataset", "source");
        await RefusedAsync(Body(target: Guid.CreateVersion7()), 422, "unknown-dataset", "target");
        await RefusedAsync(Body(evaluation: Guid.CreateVersion7()), 422, "unknown-dataset", "evaluation");
        await RefusedAsync(Body(target: validating.Id), 409, "dataset-not-ready");
        await RefusedAsync(Body(source: _target.Id), 422, "source-unlabelled", "source");
        await RefusedAsync(Body(evaluation: _target.Id), 422, "evaluation-unlabelled", "evaluation");
        await RefusedAsync(Body(evaluation: other.Id), 422, "label-space-mismatch", "evaluation");
        await RefusedAsync(Body(source: new[] { _source.Id, other.Id }), 422, "label-space-mismatch", "source");
        await RefusedAsync(Body(labelSpace: "nothing"), 422, "unknown-label-space", "labelSpace");
        await RefusedAsync(Body(source: new[] { _source.Id, _source.Id }), 422, "invalid-run", "source");
        await RefusedAsync(Body(source: Array.Empty<Guid>()), 422, "invalid-run", "source");
    }

    [Fact]
    public async Task Plans_that_do_not_fit_are_refused_by_field()
    {
        await RefusedAsync(Body(preset: "huge"), 422, "unknown-preset");
        JsonElement problem = await RefusedAsync(Body(options: new { batchSize = 0, triplet = new { margin = 9 } }), 422, "plan-out-of-range", "batchSize");
        await RefusedAsync(Body(options: new { keepCheckpoints = 0 }), 422, "plan-out-of-range", "keepCheckpoints");
        Assert.True(problem.GetProperty("errors").TryGetProperty("triplet.margin", out _));
        await RefusedAsync(Body(options: new { batchsizes = 3 }), 422, "invalid-options");
        await RefusedAsync(Body(options: new { coarseIterations = 0 }), 422, "plan-out-of-range", "coarseIterations"); // nothing to start from
        await RefusedAsync(Body(options: new { selection = "oracle" }), 422, "plan-out-of-range", "selection"); // nothing to choose among
        await RefusedAsync(Body(options: new { selection = "oracle", evaluateEvery = 10 }), 422, "oracle-without-evaluation", "evaluation");
        Dataset truth = await AddAsync(Samples.Dataset("truth"));
        await _client.PostAsync(Path, Body(evaluation: truth.Id, options: new { selection = "oracle", evaluateEvery = 10 }), HttpStatusCode.Accepted);
        foreach (string name in new[] { "crop", "baseSize", "scale", "network", "alignment", "jitter", "pseudoLabels", "centers", "triplet",
            "consistency", "optimizer", "quality", "device", "seed" })
        {
            await RefusedAsync(Body(options: new Dictionary<string, object?> { [name] = null }), 422, "invalid-options");
        }

        await RefusedAsync(Body(options: new { network = new { pretrained = "../../etc/passwd" } }), 422, "unknown-pretrained", "options.network.pretrained");
        await RefusedAsync(Body(options: new { network = new { pretrained = "/etc/passwd" } }), 422, "unknown-pretrained", "options.network.pretrained");
        await RefusedAsync(Body(options: new { network = new { pretrained = Guid.CreateVersion7() } }), 422, "unknown-pretrained",
            "options.network.pretrained");
        await File.WriteAllTextAsync(System.IO.Path.Combine(_api.WeightRoot, "backbone.safetensors"), "x");
        await _client.PostAsync(Path, Body(options: new { network = new { pretrained = "backbone.safetensors" } }), HttpStatusCode.Accepted);
        File.CreateSymbolicLink(System.IO.Path.Combine(_api.WeightRoot, "out"), "/etc/hostname");
        await RefusedAsync(Body(options: new { network = new { pretrained = "out" } }), 422, "unknown-pretrained", "options.network.pretrained");
    }

    [Fact]
    public async Task A_checkpoint_of_another_network_is_no_starting_point()
    {
        Domain.Checkpoints.Checkpoint fits = Publish(16), nine = Publish(9);
        object Options(Domain.Checkpoints.Checkpoint from, int aspp = 32) => new { network = new { pretrained = from.Id, asppChannels = aspp } };
        await _client.PostAsync(Path, Body(preset: "tiny", options: Options(fits)), HttpStatusCode.Accepted);
        JsonElement problem = await RefusedAsync(
            Body(preset: "tiny", options: Options(fits, 64)), 422, "pretrained-mismatch", "options.network.pretrained");
        Assert.Contains("asppChannels", problem.Text("detail"), StringComparison.Ordinal);
        await RefusedAsync(Body(preset: "small", options: Options(fits)), 422, "pretrained-mismatch", "options.network.pretrained");
        problem = await RefusedAsync(Body(preset: "tiny", options: Options(nine)), 422, "pretrained-mismatch", "options.network.pretrained");
        Assert.Contains("number of classes (9, the run has 16)", problem.Text("detail"), StringComparison.Ordinal);

        Domain.Checkpoints.Checkpoint Publish(int classes)
        {
            Domain.Checkpoints.Checkpoint model = Samples.Checkpoint(key: $"models/{classes}.safetensors");
            Domain.Labels.LabelSpace space = classes == 9 ? SceneFolder.Space : model.Manifest.LabelSpace;
            model = model with { Manifest = model.Manifest with { LabelSpace = space } };
            _api.Service<Domain.Ports.IArtifactStore>().Write(model.WeightsKey, stream => stream.WriteByte(0));
            _api.Service<CheckpointStore>().Publish(model);
            return model;
        }
    }

    [Fact]
    public async Task What_is_no_run_at_all_is_malformed()
    {
        string ids = $"\"source\":\"{_source.Id}\",\"target\":\"{_target.Id}\"";
        string[] nulls = [$"{{\"name\":null,{ids}}}", $"{{\"name\":\"a\",\"source\":null,\"target\":\"{_target.Id}\"}}",
            $"{{\"name\":\"a\",\"source\":[null],\"target\":\"{_target.Id}\"}}"];
        foreach (string body in new[] { "", "{", "[]", "{}", "{\"name\":\"a\"}", "{\"name\":\"a\",\"source\":\"x\",\"target\":\"y\"}",
            "{\"name\":\"a\",\"sorce\":1}" }.Concat(nulls))
        {
            using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
            using HttpResponseMessage answer = await _client.PostAsync(Path, content);
            Assert.Equal((body, HttpStatusCode.BadRequest), (body, answer.StatusCode));
        }
    }

    [Fact]
    public async Task A_list_is_newest_first_and_pages()
    {
        var ids = new List<Guid>();
        for (int i = 0; i < 3; i++) ids.Add((await SubmitAsync()).Id());
        JsonElement first = await _client.GetJsonAsync(Path + "?limit=2");
        Assert.Equal([ids[2], ids[1]], first.GetProperty("items").EnumerateArray().Select(r => r.Id()));
        JsonElement second = await _client.GetJsonAsync($"{Path}?limit=2&cursor={first.Text("nextCursor")}");
        Assert.Equal([ids[0]], second.GetProperty("items").EnumerateArray().Select(r => r.Id()));
        Assert.Null(second.Text("nextCursor"));
        await _client.GetAsync(Path + "?cursor=zzz").RefusedAsync(400, "invalid-cursor");
        await _client.GetAsync(Path + "?limit=501").RefusedAsync(400, "invalid-limit");
    }

    [Fact]
    public async Task A_running_run_is_cancelled_and_resumed_and_each_attempt_is_listed()
    {
        Guid id = (await SubmitAsync()).Id();
        await UntilAsync(id, "running");
        await _client.PostAsync($"{Path}/{id}/resume", null).RefusedAsync(409, "run-state-conflict");
        Assert.Equal("cancelling", (await _client.PostAsync($"{Path}/{id}/cancel", null, HttpStatusCode.Accepted)).Text("status"));
        await UntilAsync(id, "cancelled");
        await _client.PostAsync($"{Path}/{id}/cancel", null).RefusedAsync(409, "run-state-conflict");
        await _client.PostAsync($"{Path}/{id}/resume", null, HttpStatusCode.Accepted);
        Assert.Equal(2, (await UntilAsync(id, "running")).GetProperty("attempt").GetInt32());
        JsonElement attempts = await _client.GetJsonAsync($"{Path}/{id}/attempts");
        Assert.Equal(2, attempts.GetArrayLength());
        Assert.Equal(("cancelled", JsonValueKind.Null), (attempts[0].Text("status"), attempts[1].GetProperty("endedAt").ValueKind));
    }

    [Fact]
    public async Task A_waiting_run_is_cancelled_at_once_and_never_starts()
    {
        Guid busy = (await SubmitAsync()).Id();
        await UntilAsync(busy, "running");
        Guid waiting = (await SubmitAsync()).Id();
        Assert.Equal("cancelled", (await _client.PostAsync($"{Path}/{waiting}/cancel", null, HttpStatusCode.Accepted)).Text("status"));
        _api.Child.Script = $"while [ ! -e '{Published}' ]; do sleep 0.02; done; exit 0";
        await _client.PostAsync($"{Path}/{busy}/cancel", null, HttpStatusCode.Accepted);
        Guid last = (await SubmitAsync()).Id();
        Publish(last);
        await UntilAsync(last, "succeeded");
        JsonElement now = await _client.GetJsonAsync($"{Path}/{waiting}");
        Assert.Equal(("cancelled", 0), (now.Text("status"), now.GetProperty("attempt").GetInt32()));
    }

    [Fact]
    public async Task A_killed_trainer_s_run_is_started_again_by_itself()
    {
        string once = System.IO.Path.Combine(_api.WeightRoot, "once");
        _api.Child.Script = $"if [ ! -e '{once}' ]; then echo x > '{once}'; kill -9 $$; fi; while [ ! -e '{Published}' ]; do sleep 0.02; done; exit 0";
        Guid id = (await SubmitAsync()).Id();
        Publish(id);
        JsonElement ended = await UntilAsync(id, "succeeded");
        Assert.Equal(2, ended.GetProperty("attempt").GetInt32());
        JsonElement attempts = await _client.GetJsonAsync($"{Path}/{ended.Id()}/attempts");
        Assert.Equal("interrupted", attempts[0].Text("status"));
        Assert.StartsWith("killed by signal 9", attempts[0].Text("cause"));
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        string path = $"{Path}/{Guid.CreateVersion7()}";
        await _client.GetAsync(path).RefusedAsync(404, "run-not-found");
        foreach (string part in new[] { "events", "metrics", "attempts", "stages/1" }) await _client.GetAsync($"{path}/{part}").RefusedAsync(404,
            "run-not-found");
        foreach (string part in new[] { "cancel", "resume" }) await _client.PostAsync($"{path}/{part}", null).RefusedAsync(404, "run-not-found");
        await _client.GetAsync(Path + "/nonsense").RefusedAsync(404, "no-such-route");
    }

    private async Task<Dataset> AddAsync(Dataset dataset)
    {
        await _api.Service<DatasetStore>().AddAsync(dataset, default);
        return dataset;
    }

    private object Body(object? source = null, Guid? target = null, Guid? evaluation = null, string? labelSpace = null, string? preset = "tiny",
        object? options = null) =>
        new { name = "a run", source = source ?? _source.Id, target = target ?? _target.Id, evaluation, labelSpace, preset, options };

    private Task<JsonElement> SubmitAsync() => _client.PostAsync(Path, Body(), HttpStatusCode.Accepted);

    private async Task<JsonElement> RefusedAsync(object body, int status, string code, string? field = null)
    {
        JsonElement problem = await _client.PostAsJsonAsync(Path, body).RefusedAsync(status, code);
        if (field is not null) Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.ToString());
        return problem;
    }

    /// <summary>What a trainer does that ends well.</summary>
    private void Publish(Guid run)
    {
        _api.Service<CheckpointStore>().Publish(Samples.Checkpoint(run, 2, 600));
        File.WriteAllText(Published, "");
    }

    private string Published => System.IO.Path.Combine(_api.WeightRoot, "published");

    private Task<JsonElement> UntilAsync(Guid run, string status) =>
        Eventually.GetAsync(() => _client.GetJsonAsync($"{Path}/{run}"), r => r.Text("status") == status);
}
