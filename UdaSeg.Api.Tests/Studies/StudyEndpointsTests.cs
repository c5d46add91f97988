using System.Net;
using System.Text.Json;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Evaluation;
using Xunit;

namespace UdaSeg.Api.Tests.Studies;

public sealed class StudyEndpointsTests : IAsyncLifetime
{
    private StudyBench _bench = null!;

    public async ValueTask InitializeAsync() => _bench = await new StudyBench().StartAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_study_is_one_run_for_each_arm_and_seed()
    {
        using HttpResponseMessage answer = await _bench.Client.PostAsync(StudyBench.Path, System.Net.Http.Json.JsonContent.Create(_bench.Body()));
        JsonElement study = await answer.JsonAsync(HttpStatusCode.Accepted);
        Assert.Equal($"{StudyBench.Path}/{study.Id()}", answer.Headers.Location?.ToString());
        Assert.Equal(("what alignment adds", null, "queued", 4, 0), (study.Text("name"), study.Text("template"), study.Text("status"),
            study.GetProperty("runsTotal").GetInt32(), study.GetProperty("runsEnded").GetInt32()));
        Assert.Equal([3, 5], study.GetProperty("seeds").EnumerateArray().Select(s => s.GetInt32()));
        Assert.Equal((_bench.Truth.Id, "synthia16", "tiny"),
            (study.GetProperty("base").Id("evaluation"), study.GetProperty("base").Text("labelSpace"), study.GetProperty("base").Text("preset")));

        // All arms under one seed come before the next seed.
        Guid[] inTurn = [.. from seed in new[] { 0, 1 } from arm in new[] { 0, 1 } select StudyBench.RunOf(study, arm, seed)];
        Assert.Equal(inTurn, _bench.Queue.Runs);
        (int, int, string, string)[] expected =
            [(0, 1, "what alignment adds · aligned · seed 5", "hybrid"), (1, 0, "what alignment adds · plain · seed 3", "none")];
        foreach ((int arm, int seed, string name, string scheme) in expected)
        {
            JsonElement run = await _bench.Client.GetJsonAsync($"{StudyBench.RunPath}/{StudyBench.RunOf(study, arm, seed)}");
            Assert.Equal((name, study.Id(), _bench.Truth.Id), (run.Text("name"), run.Id("study"), run.Id("evaluation")));
            Assert.Equal(scheme, run.GetProperty("options").GetProperty("alignment").Text("scheme"));
            Assert.Equal(seed == 0 ? 3 : 5, run.GetProperty("options").GetProperty("seed").GetInt32());
        }

        foreach (JsonProperty link in study.GetProperty("links").EnumerateObject().Where(l => l.Name is not ("cancel" or "predictions")))
        {
            using HttpResponseMessage linked = await _bench.Client.GetAsync(link.Value.GetString());
            Assert.Equal(HttpStatusCode.OK, linked.StatusCode);
        }
    }

    [Fact]
    public async Task A_run_of_a_study_is_what_it_would_be_alone()
    {
        await File.WriteAllTextAsync(System.IO.Path.Combine(_bench.WeightRoot, "backbone.safetensors"), "x");
        object common = new { seed = 99, batchSize = 2, triplet = new { margin = 0.3 }, network = new { asppChannels = 16, pretrained = "backbone.safetensors" } };
        JsonElement study = await _bench.SubmitAsync(_bench.Body(common, new { triplet = new { enabled = false }, network = new { pretrained = (string?)null } }));
        JsonElement merged = JsonElement.Parse(
            """{"seed":5,"batchSize":2,"triplet":{"margin":0.3,"enabled":false},"network":{"asppChannels":16,"pretrained":null}}""");
        Dictionary<string, object?> body = _bench.Base(merged);
        body["name"] = "alone";
        JsonElement alone = await _bench.Client.PostAsync(StudyBench.RunPath, body, HttpStatusCode.Accepted);
        JsonElement run = await _bench.Client.GetJsonAsync($"{StudyBench.RunPath}/{StudyBench.RunOf(study, 1, 1)}");
        foreach (string member in new[] { "options", "source", "target", "evaluation", "labelSpace", "warnings", "status", "totalIterations" })
        {
            Assert.Equal(alone.GetProperty(member).GetRawText(), run.GetProperty(member).GetRawText());
        }

        Assert.Equal(JsonValueKind.Null, alone.GetProperty("study").ValueKind);
    }

    [Fact]
    public async Task An_arm_s_row_is_mean_and_deviation_over_its_seeds()
    {
        JsonElement study = await _bench.SubmitAsync(_bench.Body());
        (Guid checkpoint, Guid evaluation) = _bench.Finish(StudyBench.RunOf(study, 0, 0), Report(0.50, 0.6, 0.9));
        _bench.Finish(StudyBench.RunOf(study, 0, 1), Report(0.56, 0.7, null));
        _bench.Finish(StudyBench.RunOf(study, 1, 0), Report(0.40, 0.5, 0.8));
        JsonElement now = await _bench.GetAsync(study);
        Assert.Equal(("running", 3), (now.Text("status"), now.GetProperty("runsEnded").GetInt32()));
        JsonElement first = now.GetProperty("arms")[0], run = first.GetProperty("runs")[0];
        Assert.Equal((0.5, checkpoint, evaluation, "succeeded", 3),
            (run.GetProperty("miou").GetDouble(), run.Id("checkpoint"), run.Id("evaluation"), run.Text("status"), run.GetProperty("seed").GetInt32()));
        AssertSpread(0.53, 0.06 / Math.Sqrt(2), 2, first.GetProperty("miou"));
        AssertSpread(0.65, 0.1 / Math.Sqrt(2), 2, first.GetProperty("subsets").GetProperty("13"));
        JsonElement perClass = first.GetProperty("perClass");
        Assert.Equal(16, perClass.GetArrayLength());
        Assert.Equal(("road", 0), (perClass[0].Text("name"), perClass[0].GetProperty("index").GetInt32()));
        AssertSpread(0.9, null, 1, perClass[0].GetProperty("iou"));
        Assert.Equal(JsonValueKind.Null, perClass[1].GetProperty("iou").ValueKind);
        AssertSpread(0.4, null, 1, now.GetProperty("arms")[1].GetProperty("miou"));
        Assert.Equal(JsonValueKind.Null, now.GetProperty("arms")[1].GetProperty("runs")[1].GetProperty("miou").ValueKind);

        _bench.Finish(StudyBench.RunOf(study, 1, 1), Report(0.42, 0.5, 0.8));
        Assert.Equal(("succeeded", 4), ((await _bench.GetAsync(study)).Text("status"), (await _bench.GetAsync(study)).GetProperty("runsEnded").GetInt32()));
    }

    [Fact]
    public async Task Only_the_result_of_a_succeeded_run_is_a_figure()
    {
        JsonElement study = await _bench.SubmitAsync(_bench.Body());
        Guid underWay = StudyBench.RunOf(study, 0, 0), shortened = StudyBench.RunOf(study, 0, 1), failed = StudyBench.RunOf(study, 1, 0);
        _bench.Begin(underWay);
        (Guid model, _) = _bench.Publish(underWay, Report(0.9, 0.9, 0.9));
        _bench.Begin(shortened);
        _bench.Publish(shortened, Report(0.8, 0.8, 0.8), stage: 1);
        (Guid last, _) = _bench.Publish(shortened, Report(0.7, 0.7, 0.7));
        _bench.Succeed(shortened);
        using HttpResponseMessage gone = await _bench.Client.DeleteAsync($"/api/v1/checkpoints/{last}");
        Assert.True(gone.IsSuccessStatusCode);
        _bench.Begin(failed);
        _bench.Publish(failed, Report(0.6, 0.6, 0.6), stage: 1);
        _bench.Fail(failed);

        JsonElement now = await _bench.GetAsync(study);
        foreach (JsonElement arm in now.GetProperty("arms").EnumerateArray())
        {
            Assert.Equal(JsonValueKind.Null, arm.GetProperty("miou").ValueKind);
            Assert.Empty(arm.GetProperty("subsets").EnumerateObject());
            Assert.All(arm.GetProperty("runs").EnumerateArray(), r => Assert.Equal(JsonValueKind.Null, r.GetProperty("evaluation").ValueKind));
        }

        JsonElement runs = now.GetProperty("arms")[0].GetProperty("runs");
        Assert.Equal((model, "running"), (runs[0].Id("checkpoint"), runs[0].Text("status")));
        Assert.Equal("diverged", now.GetProperty("arms")[1].GetProperty("runs")[0].GetProperty("failure").Text("code"));
    }

    [Fact]
    public async Task Cancelling_ends_what_has_not_ended_and_leaves_the_rest()
    {
        JsonElement study = await _bench.SubmitAsync(_bench.Body());
        _bench.Finish(StudyBench.RunOf(study, 0, 0), Report(0.5, 0.5, 0.5));
        _bench.Begin(StudyBench.RunOf(study, 0, 1));
        string path = $"{StudyBench.Path}/{study.Id()}/cancel";
        JsonElement cancelled = await _bench.Client.PostAsync(path, null, HttpStatusCode.Accepted);
        Assert.Equal(["succeeded", "cancelling", "cancelled", "cancelled"], Statuses(cancelled));
        Assert.Equal(("running", 3), (cancelled.Text("status"), cancelled.GetProperty("runsEnded").GetInt32()));
        JsonElement again = await _bench.Client.PostAsync(path, new { mode = "now" }, HttpStatusCode.Accepted);
        Assert.Equal(Statuses(cancelled), Statuses(again));
        JsonElement run = await _bench.Client.GetJsonAsync($"{StudyBench.RunPath}/{StudyBench.RunOf(study, 0, 1)}");
        Assert.Equal("now", run.GetProperty("cancellation").Text("mode"));

        JsonElement second = await _bench.SubmitAsync(_bench.Body());
        Assert.Equal("cancelled", (await _bench.Client.PostAsync($"{StudyBench.Path}/{second.Id()}/cancel", null, HttpStatusCode.Accepted)).Text("status"));
    }

    [Fact]
    public async Task A_list_is_newest_first_and_pages()
    {
        var ids = new List<Guid>();
        for (int i = 0; i < 3; i++) ids.Add((await _bench.SubmitAsync(_bench.Body())).Id());
        JsonElement first = await _bench.Client.GetJsonAsync(StudyBench.Path + "?limit=2");
        Assert.Equal([ids[2], ids[1]], first.GetProperty("items").EnumerateArray().Select(s => s.Id()));
        Assert.Equal(4, first.GetProperty("items")[0].GetProperty("runsTotal").GetInt32());
        JsonElement second = await _bench.Client.GetJsonAsync($"{StudyBench.Path}?limit=2&cursor={first.Text("nextCursor")}");
        Assert.Equal([ids[0]], second.GetProperty("items").EnumerateArray().Select(s => s.Id()));
        Assert.Null(second.Text("nextCursor"));
        await _bench.Client.GetAsync(StudyBench.Path + "?limit=501").RefusedAsync(400, "invalid-limit");
    }

    [Fact]
    public async Task A_template_stands_in_place_of_arms()
    {
        JsonElement templates = (await _bench.Client.GetJsonAsync("/api/v1/study-templates")).GetProperty("items");
        Assert.Equal(["tables", "table3", "table4"], templates.EnumerateArray().Select(t => t.Text("id")));
        foreach (JsonElement template in templates.EnumerateArray())
        {
            Dictionary<string, object?> body = _bench.Body();
            (body["arms"], body["template"]) = (null, template.Text("id"));
            JsonElement study = await _bench.SubmitAsync(body);
            Assert.Equal(template.Text("id"), study.Text("template"));
            Assert.Equal(
                template.GetProperty("arms").EnumerateArray().Select(a => (a.Text("name"), a.GetProperty("options").GetRawText())),
                study.GetProperty("arms").EnumerateArray().Select(a => (a.Text("name"), a.GetProperty("options").GetRawText())));
            Assert.All(template.GetProperty("arms").EnumerateArray(), a => Assert.NotEqual("", a.Text("meaning")));
        }
    }

    private static IEnumerable<string?> Statuses(JsonElement study) =>
        study.GetProperty("arms").EnumerateArray().SelectMany(a => a.GetProperty("runs").EnumerateArray()).Select(r => r.Text("status"));

    private static void AssertSpread(double mean, double? sd, int n, JsonElement spread)
    {
        Assert.Equal(mean, spread.GetProperty("mean").GetDouble(), 12);
        Assert.Equal(n, spread.GetProperty("n").GetInt32());
        if (sd is { } deviation) Assert.Equal(deviation, spread.GetProperty("sd").GetDouble(), 12);
        else Assert.Equal(JsonValueKind.Null, spread.GetProperty("sd").ValueKind);
    }

    private static EvaluationReport Report(double miou, double? subset, double? road) => new(
        miou, new Dictionary<string, double?> { ["13"] = subset }, [new ClassScore(0, "road", road, road, 10)], [], 0.9, [], []);
}
