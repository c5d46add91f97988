using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using UdaSeg.Api.Tests.Support;
using Xunit;

namespace UdaSeg.Api.Tests.Security;

/// <summary>Every operation against every role, from a list that is written here and not taken from the code.</summary>
public sealed class RoleTests(KeyedServer server) : IClassFixture<KeyedServer>
{
    private const string SomeId = "0193e6c0-0000-7000-8000-000000000000";

    /// <summary>The least role that may; empty for anyone.</summary>
    private static readonly Dictionary<string, string[]> Expected = new()
    {
        [""] = ["getLive", "getReady", "getSession", "deleteSession", "getLabelStudioHealth"],
        ["viewer"] =
        [
            "alignImage", "segmentImage", "measureDomainGap", "createSession", "getLimits",
            "listCheckpoints", "getCheckpoint", "getCheckpointWeights", "getCheckpointWeightsHead", "getCheckpointOnnx", "getCheckpointOnnxHead",
            "listCheckpointAliases", "getCheckpointAlias", "listDatasets", "getDataset", "getDatasetStyle",
            "listSamples", "getSampleImage", "getSampleLabel", "getSampleOverlay",
            "listEvaluations", "getEvaluation", "getEvaluationReport", "getEvaluationConfusionSvg", "getEvaluationPrediction", "getEvaluationErrorMap",
            "listLabelSpaces", "getLabelSpace", "listStudies", "getStudy", "getStudyReport", "getStudyTableCsv", "getStudyTableMarkdown", "listStudyTemplates",
            "getStudyPredictions", "getStudyPhoto", "getStudyTruth", "getStudyPrediction",
            "listTrainingRuns", "getTrainingRun", "streamTrainingRunEvents", "getTrainingRunMetrics", "getTrainingRunAttempts", "listTrainingRunStages",
            "getTrainingRunStage", "listPseudoLabels", "getPseudoLabel", "listTrainingPresets", "estimateTraining",
            "segmentForHuggingFace", "setUpLabelStudio", "getLabelStudioVersions", "predictForLabelStudio", "ignoreLabelStudioEvent",
        ],
        ["trainer"] =
        [
            "createDataset", "deleteDataset", "alignDataset", "createLabelSpace", "importCheckpoint", "createEvaluation", "createStudy", "cancelStudy",
            "createTrainingRun", "cancelTrainingRun", "resumeTrainingRun",
        ],
        ["admin"] = ["deleteCheckpoint", "putCheckpointAlias", "deleteCheckpointAlias"],
    };

    private static readonly string[] Ranks = ["", "viewer", "trainer", "admin"];

    [Fact]
    public async Task Every_operation_is_open_to_its_role_and_those_above_and_to_nobody_else()
    {
        (string Id, string Method, string Path, JsonElement Operation)[] operations = await OperationsAsync();
        Assert.Equal(Expected.SelectMany(e => e.Value).Order(), operations.Select(o => o.Id).Order());
        List<string> faults = [];
        foreach (string caller in Ranks)
        {
            string? key = TestKeys.All.FirstOrDefault(k => k.Role == caller).Key;
            foreach ((string id, string method, string path, JsonElement operation) in operations)
            {
                bool may = Rank(caller) >= Rank(RoleOf(id));
                int expected = may ? 0 : key is null ? 401 : 403;
                int got = await StatusAsync(method, path, operation, key);
                if (may ? got is 401 or 403 or >= 500 : got != expected) faults.Add($"{id} by '{caller}': {got} in place of {expected}");
            }
        }

        Assert.Empty(faults);
    }

    [Fact]
    public async Task The_document_tells_each_operation_s_role_and_how_to_show_a_key()
    {
        foreach ((string id, _, _, JsonElement operation) in await OperationsAsync())
        {
            string role = RoleOf(id);
            JsonElement answers = operation.GetProperty("responses");
            Assert.Equal(role, operation.TryGetProperty("x-role", out JsonElement told) ? told.GetString() : "");
            Assert.Equal(role.Length > 0, operation.TryGetProperty("security", out JsonElement schemes) && schemes.GetArrayLength() == 2);
            Assert.Equal(role.Length > 0, answers.TryGetProperty("401", out _) && answers.TryGetProperty("403", out _));
        }
    }

    [Fact]
    public void Every_route_says_who_may_use_it()
    {
        Endpoint[] routes = [.. server.Host.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).DistinctBy(e => e)];
        string[] silent = [.. routes.Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is null)
            .Where(e => e.Metadata.GetOrderedMetadata<IAuthorizeData>() is not [{ Policy: "viewer" or "trainer" or "admin" }]).Select(e => e.DisplayName!)];

        Assert.Empty(silent);
        Assert.True(routes.Length > 70, $"{routes.Length}");
        Assert.All(routes, r => Assert.IsType<RouteEndpoint>(r)); // others are taken for the framework's own
    }

    [Fact]
    public async Task A_route_that_says_nothing_is_an_administrator_s()
    {
        AuthorizationPolicy? fallback = await server.Host.Services.GetRequiredService<IAuthorizationPolicyProvider>().GetFallbackPolicyAsync();
        Assert.Equal(Api.Security.AccessPolicies.RoleOf([]), fallback!.Requirements.OfType<Api.Security.RoleRequirement>().Single().Least);
        Assert.Equal(Infrastructure.Settings.AccessRole.Admin, Api.Security.AccessPolicies.RoleOf([]));
    }

    [Theory]
    [InlineData("/metrics", 401, 200, 200, 200)]
    [InlineData("/hangfire", 401, 403, 403, 200)]
    [InlineData("/hangfire/servers", 401, 403, 403, 200)]
    [InlineData("/", 200, 200, 200, 200)]
    [InlineData("/runs", 200, 200, 200, 200)]
    [InlineData("/app.js", 200, 200, 200, 200)]
    [InlineData("/swagger/index.html", 200, 200, 200, 200)]
    [InlineData("/swagger/v1/swagger.json", 200, 200, 200, 200)]
    [InlineData($"/api/v1/datasets/{SomeId}/samples/a/b/image", 401, 404, 404, 404)]
    [InlineData($"/api/v1/evaluations/{SomeId}/samples/a/b/error", 401, 404, 404, 404)]
    [InlineData($"/api/v1/training-runs/{SomeId}/stages/1/pseudo-labels/a/b", 401, 404, 404, 404)]
    [InlineData("/api/v1/nothing", 404, 404, 404, 404)]
    public async Task What_the_document_does_not_list_is_guarded_too(string path, params int[] statuses)
    {
        foreach ((string role, int status) in Ranks.Zip(statuses))
        {
            Assert.Equal((role, status), (role, await StatusAsync("GET", path, default, TestKeys.All.FirstOrDefault(k => k.Role == role).Key)));
        }
    }

    [Fact]
    public async Task A_wrong_method_or_body_is_called_so_to_whoever_may_use_the_route()
    {
        Assert.Equal(405, await StatusAsync("PATCH", "/api/v1/limits", default, TestKeys.Viewer));
        Assert.Equal(415, await StatusAsync("POST", "/api/v1/training-runs", default, TestKeys.Trainer, new StringContent("x", Encoding.UTF8, "text/plain")));
    }

    [Fact]
    public async Task A_refusal_is_a_problem_that_says_what_is_needed()
    {
        HttpResponseMessage nobody = await server.Host.SendAsync(HttpMethod.Get, "/api/v1/limits");
        await nobody.ProblemAsync(401, "unauthenticated");
        Assert.Equal(["ApiKey realm=\"udaseg\"", "Bearer realm=\"udaseg\""], nobody.Headers.WwwAuthenticate.Select(h => h.ToString()));

        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Delete, $"/api/v1/checkpoints/{SomeId}").With("X-Api-Key", TestKeys.Trainer);
        HttpResponseMessage weak = await server.Host.CreateClient().SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal("This needs the role 'admin'; the caller's is 'trainer'.", (await weak.ProblemAsync(403, "forbidden")).Text("detail"));
    }

    private static int Rank(string role) => Array.IndexOf(Ranks, role);

    private static string RoleOf(string id) => Expected.Single(e => e.Value.Contains(id)).Key;

    private async Task<(string Id, string Method, string Path, JsonElement Operation)[]> OperationsAsync()
    {
        JsonElement document = await (await server.Host.SendAsync(HttpMethod.Get, "/swagger/v1/swagger.json")).JsonAsync();
        return [.. document.GetProperty("paths").EnumerateObject().SelectMany(p => p.Value.EnumerateObject()
            .Select(o => (o.Value.Text("operationId")!, o.Name.ToUpperInvariant(), p.Name, o.Value)))];
    }

    private async Task<int> StatusAsync(string method, string path, JsonElement operation, string? key, HttpContent? body = null)
    {
        string address = path.Replace("{id}", SomeId).Replace("{stage}", "1").Replace("{name}", "a").Replace("{sample}", "a").Replace("{image}", "0").Replace("{arm}", "0");
        using HttpRequestMessage request = new(new HttpMethod(method), address) { Content = body ?? BodyOf(operation) };
        if (key is not null) request.With("X-Api-Key", key);
        using HttpResponseMessage answer = await server.Host.CreateClient().SendAsync(request, TestContext.Current.CancellationToken);
        return (int)answer.StatusCode;
    }

    // Of a type that the operation reads, or routing would answer before anybody asks who calls; with nothing in it that works.
    private static HttpContent? BodyOf(JsonElement operation)
    {
        if (operation.ValueKind == JsonValueKind.Undefined || !operation.TryGetProperty("requestBody", out JsonElement body)) return null;
        return body.GetProperty("content").TryGetProperty("application/json", out _)
            ? new StringContent("{}", Encoding.UTF8, "application/json")
            : new MultipartFormDataContent { { new StringContent("x"), "nothing" } };
    }
}
