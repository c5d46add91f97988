using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Datasets;
using Xunit;

namespace UdaSeg.Api.Tests.Studies;

public sealed class StudyRefusalTests : IAsyncLifetime
{
    private StudyBench _bench = null!;

    public async ValueTask InitializeAsync() => _bench = await new StudyBench().StartAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_study_that_is_none_is_refused_by_field()
    {
        await RefusedAsync(b => b["name"] = " ", "invalid-study", "name");
        await RefusedAsync(b => b["name"] = new string('x', 101), "invalid-study", "name");
        await RefusedAsync(b => b["arms"] = null, "invalid-study", "arms");
        await RefusedAsync(b => b["arms"] = Array.Empty<object>(), "invalid-study", "arms");
        await RefusedAsync(b => b["template"] = "table3", "invalid-study", "arms");
        await RefusedAsync(b => b["arms"] = new object?[] { null }, "invalid-study", "arms[0]");
        await RefusedAsync(b => b["arms"] = Arms("a", "b", "a "), "invalid-study", "arms[2].name");
        await RefusedAsync(b => b["arms"] = Arms("a", ""), "invalid-study", "arms[1].name");
        await RefusedAsync(b => b["arms"] = Arms(new string('x', 61)), "invalid-study", "arms[0].name");
        await RefusedAsync(b => b["arms"] = Arms([.. Enumerable.Range(0, 33).Select(i => $"{i}")]), "invalid-study", "arms");
        await RefusedAsync(b => b["seeds"] = Array.Empty<int>(), "invalid-study", "seeds");
        await RefusedAsync(b => b["seeds"] = new[] { 1, 2, 1 }, "invalid-study", "seeds");
        await RefusedAsync(b => b["seeds"] = Enumerable.Range(0, 17), "invalid-study", "seeds");
        await RefusedAsync(b => (b["arms"], b["template"]) = (null, "table5"), "unknown-template", "template");
        await RefusedAsync(b => (b["arms"], b["seeds"]) = (Arms([.. Enumerable.Range(0, 21).Select(i => $"{i}")]), new[] { 1, 2 }), "study-too-large", "arms");
        await RefusedAsync(b => Base(b)["evaluation"] = null, "study-without-evaluation", "base.evaluation");
        foreach (string template in new[] { "tables", "table3", "table4" }) // some arm of each has stages of its own
        {
            await RefusedAsync(
                b => (b["arms"], b["template"], Base(b)["options"]) = (null, template, new { stages = 0 }), "template-needs-stages", "base.options.stages");
        }
    }

    [Fact]
    public async Task Data_that_do_not_fit_are_refused_as_for_a_run_and_named_as_the_base_s()
    {
        await RefusedAsync(b => Base(b)["source"] = Guid.CreateVersion7(), "unknown-dataset", "base.source");
        await RefusedAsync(b => Base(b)["source"] = _bench.Target.Id, "source-unlabelled", "base.source");
        await RefusedAsync(b => Base(b)["evaluation"] = _bench.Target.Id, "evaluation-unlabelled", "base.evaluation");
        await RefusedAsync(b => Base(b)["labelSpace"] = "nothing", "unknown-label-space", "base.labelSpace");
        await RefusedAsync(b => Base(b)["preset"] = "huge", "unknown-preset");
        Dataset validating = Samples.Dataset("validating", DatasetStatus.Validating);
        await _bench.AddAsync(validating);
        await RefusedAsync(b => Base(b)["target"] = validating.Id, "dataset-not-ready", status: 409);
    }

    [Fact]
    public async Task One_arm_that_cannot_be_trained_keeps_the_others_from_being_made()
    {
        JsonElement problem = await RefusedAsync(b => b["arms"] = With(new { batchSize = 0 }), "plan-out-of-range", "arms[1].options.batchSize");
        Assert.StartsWith("Arm 'bad': ", problem.Text("detail"));
        await RefusedAsync(b => b["arms"] = With(new { batchsizes = 0 }), "invalid-options", "arms[1].options.batchsizes");
        await RefusedAsync(b => b["arms"] = With(new { network = new { pretrained = "none.safetensors" } }), "unknown-pretrained",
            "arms[1].options.network.pretrained");
        await RefusedAsync(b => Base(b)["options"] = new { network = new { pretrained = "none.safetensors" } }, "unknown-pretrained",
            "base.options.network.pretrained");
        await RefusedAsync(b => b["arms"] = With("x"), "invalid-options", "arms[1].options");
    }

    [Fact]
    public async Task What_is_no_study_at_all_is_malformed()
    {
        string common = JsonSerializer.Serialize(_bench.Base());
        string[] members =
        [
            $$""" "base":{{common}},"arms":[{"name":"a"}]""",
            $$""" "base":{{common}},"arms":[{"name":"a"}],"seeds":null""",
            $$""" "base":{{common}},"arms":[{"name":"a"}],"seeds":[1.5]""",
            $$""" "base":{{common}},"arms":[{"name":null}],"seeds":[1]""",
            $$""" "base":{{common}},"arms":[{"name":"a","option":1}],"seeds":[1]""",
            """ "base":null,"arms":[{"name":"a"}],"seeds":[1]""",
        ];
        foreach (string body in members.Select(m => $$"""{"name":"a",{{m}} }""").Concat(["", "[]", "{}"]))
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using HttpResponseMessage answer = await _bench.Client.PostAsync(StudyBench.Path, content);
            Assert.Equal((body, HttpStatusCode.BadRequest), (body, answer.StatusCode));
        }
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        string path = $"{StudyBench.Path}/{Guid.CreateVersion7()}";
        foreach (string part in new[] { "", "/report", "/table.csv", "/table.md" }) await _bench.Client.GetAsync(path + part).RefusedAsync(404, "study-not-found");
        await _bench.Client.PostAsync(path + "/cancel", null).RefusedAsync(404, "study-not-found");
    }

    [Fact]
    public async Task A_queue_that_cannot_take_all_runs_takes_none()
    {
        await using StudyBench small = await new StudyBench(maxQueued: 7).StartAsync();
        await small.SubmitAsync(small.Body());
        using HttpResponseMessage full = await small.Client.PostAsJsonAsync(StudyBench.Path, small.Body());
        Assert.NotNull(full.Headers.RetryAfter);
        Assert.Equal("queue-full", (await full.JsonAsync(HttpStatusCode.ServiceUnavailable)).Text("code"));
        Assert.Equal(4, small.Queue.Runs.Count);
        Dictionary<string, object?> fits = small.Body();
        fits["arms"] = Arms("a", "b", "c");
        fits["seeds"] = new[] { 1 };
        await small.SubmitAsync(fits);
        Dictionary<string, object?> never = small.Body();
        never["arms"] = Arms("a", "b", "c", "d");
        await small.Client.PostAsJsonAsync(StudyBench.Path, never).RefusedAsync(422, "study-too-large");
    }

    /// <summary>Whatever is refused leaves neither a study nor a run.</summary>
    private async Task<JsonElement> RefusedAsync(Action<Dictionary<string, object?>> spoil, string code, string? field = null, int status = 422)
    {
        Dictionary<string, object?> body = _bench.Body();
        spoil(body);
        JsonElement problem = await _bench.Client.PostAsJsonAsync(StudyBench.Path, body).RefusedAsync(status, code);
        if (field is not null) Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.ToString());
        Assert.Empty((await _bench.Client.GetJsonAsync(StudyBench.Path)).GetProperty("items").EnumerateArray());
        Assert.Empty((await _bench.Client.GetJsonAsync(StudyBench.RunPath)).GetProperty("items").EnumerateArray());
        Assert.Empty(_bench.Queue.Runs);
        return problem;
    }

    private static Dictionary<string, object?> Base(Dictionary<string, object?> body) => (Dictionary<string, object?>)body["base"]!;

    private static object[] Arms(params string[] names) => [.. names.Select(name => new { name })];

    private static object[] With(object options) => [new { name = "good" }, new { name = "bad", options }];
}
