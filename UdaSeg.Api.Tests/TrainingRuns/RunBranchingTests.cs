using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.TrainingRuns;

/// <summary>What the branching of a run asks and refuses; that a branch trains to the right model is shown in <see cref="Faults.StopTests"/>.</summary>
public sealed class RunBranchingTests : IAsyncLifetime
{
    private const string Path = "/api/v1/training-runs";

    private readonly ApiFactory _api = new();
    private HttpClient _client = null!;
    private TrainingRun _parent = Samples.Run();

    public async ValueTask InitializeAsync()
    {
        _client = _api.CreateClient();
        Dataset source = Samples.Dataset("source"), target = Samples.Dataset("target", labelled: 0);
        foreach (Dataset set in new[] { source, target }) await _api.Service<DatasetStore>().AddAsync(set, default);
        _parent = Samples.Run(source: source.Id, target: target.Id);
        RunLedger ledger = _api.Service<RunLedger>();
        ledger.Submit(_parent);
        ledger.TryTake(_parent.Id, "owner");
        foreach (int stage in new[] { 0, 1 }) Finish(stage);
        ledger.Write(_parent.Id, run => run.Cancel(Samples.Now));
        ledger.Write(_parent.Id, run => run.Cancelled(Samples.Now));
    }

    public async ValueTask DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task A_branch_names_its_parent_and_shares_the_finished_stages_before_it()
    {
        JsonElement branch = await ResumeAsync(new { fromStage = 1, options = new { pseudoLabels = new { percent = 50 } }, name = "half of them" });
        Assert.Equal((_parent.Id, 1), (branch.GetProperty("parent").Id("run"), branch.GetProperty("parent").GetProperty("fromStage").GetInt32()));
        Assert.Equal(("half of them", 50), (branch.Text("name"), branch.GetProperty("options").GetProperty("pseudoLabels").GetProperty("percent").GetDouble()));
        Assert.Equal(_parent.Plan.Crop.Width, branch.GetProperty("options").GetProperty("crop").GetProperty("width").GetInt32());
        Assert.Equal((300, 300), (branch.GetProperty("iteration").GetInt32(), branch.GetProperty("saved").GetProperty("iteration").GetInt32()));
        Assert.NotEqual(_parent.Id, branch.Id());
        Assert.True(Outputs(branch.Id()).Exists($"runs/{branch.Id()}/stages/0/model.safetensors"));
        Assert.False(Outputs(branch.Id()).Exists($"runs/{branch.Id()}/stages/1/model.safetensors"));
    }

    [Fact]
    public async Task Without_a_stage_a_branch_starts_at_the_first_that_is_not_finished()
    {
        JsonElement branch = await ResumeAsync(new { options = new { seed = 9 } });
        Assert.Equal(2, branch.GetProperty("parent").GetProperty("fromStage").GetInt32());
        Assert.Equal("a run · from stage 2", branch.Text("name"));
    }

    [Fact]
    public async Task Without_a_wish_the_run_itself_goes_on()
    {
        Assert.Equal(_parent.Id, (await ResumeAsync(new { })).Id());
    }

    [Fact]
    public async Task What_cannot_be_branched_is_refused()
    {
        await RefusedAsync(new { fromStage = 3 }, 422, "unknown-stage");
        await RefusedAsync(new { fromStage = -1 }, 422, "unknown-stage");
        await RefusedAsync(new { fromStage = 3, options = new { stages = 4 } }, 409, "stage-not-finished");
        await RefusedAsync(new { fromStage = 1, options = new { network = new { asppChannels = 64 } } }, 422, "branch-other-network");
        await RefusedAsync(new { fromStage = 1, options = new { stages = 99 } }, 422, "plan-out-of-range");
        await RefusedAsync(new { fromStage = 1, options = new { nonsense = 1 } }, 422, "invalid-options");
        await RefusedAsync(new { fromStage = 1, name = " " }, 422, "invalid-run");
        await RefusedAsync(new { fromStage = 1, options = new { selection = "oracle", evaluateEvery = 5 } }, 422, "oracle-without-evaluation");
        await RefusedAsync(new { from = 1 }, 400, "malformed-json");
        await _client.PostAsJsonAsync($"{Path}/{Guid.CreateVersion7()}/resume", new { fromStage = 0 }).RefusedAsync(404, "run-not-found");
        await _client.PostAsJsonAsync($"{Path}/{_parent.Id}/cancel", new { mode = "gently" }).RefusedAsync(400, "malformed-json");
    }

    [Fact]
    public async Task A_model_that_a_waiting_branch_starts_from_cannot_be_deleted_and_one_that_is_deleted_is_not_finished()
    {
        string blob = Outputs(_parent.Id).BlobOf($"runs/{_parent.Id}/stages/0/model.safetensors");
        (Guid model, _) = _api.Service<CheckpointStore>().Publish(Samples.Checkpoint(_parent.Id, 0, 300, blob));
        JsonElement branch = await ResumeAsync(new { fromStage = 1 });
        await _client.DeleteAsync($"/api/v1/checkpoints/{model}").RefusedAsync(409, "checkpoint-in-use");
        await _client.PostAsync($"{Path}/{branch.Id()}/cancel", new { mode = "now" }, HttpStatusCode.Accepted);
        await Eventually.GetAsync(() => _client.GetJsonAsync($"{Path}/{branch.Id()}"), r => r.Text("status") == "cancelled");
        using HttpResponseMessage gone = await _client.DeleteAsync($"/api/v1/checkpoints/{model}");
        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        await RefusedAsync(new { fromStage = 1 }, 409, "stage-not-finished");
    }

    private Task<JsonElement> ResumeAsync(object body) => _client.PostAsync($"{Path}/{_parent.Id}/resume", body, HttpStatusCode.Accepted);

    private Task<JsonElement> RefusedAsync(object body, int status, string code) => _client.PostAsJsonAsync($"{Path}/{_parent.Id}/resume", body).RefusedAsync(status, code);

    private void Finish(int stage)
    {
        RunOutputs outputs = Outputs(_parent.Id, epoch: 1);
        foreach (string name in new[] { "model.safetensors", "checkpoint.json" }) outputs.Write($"runs/{_parent.Id}/stages/{stage}/{name}", s => s.WriteByte(1));
    }

    private RunOutputs Outputs(Guid run, int? epoch = null) => new(_api.Service<RunOutputTable>(), _api.Service<IArtifactStore>(), run, epoch);
}
