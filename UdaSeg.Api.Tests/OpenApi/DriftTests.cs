using System.Text.Json;
using System.Text.Json.Nodes;
using UdaSeg.Api.Tests.Support;
using Xunit;

namespace UdaSeg.Api.Tests.OpenApi;

/// <summary>The document is committed, so that a change of the interface is seen in review.</summary>
public sealed class DriftTests : IDisposable
{
    private readonly ResourceHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task The_committed_document_is_what_the_server_serves()
    {
        string served = (await Served()).ReplaceLineEndings("\n").TrimEnd() + "\n";
        string file = Path.Combine(RepositoryRoot(), "openapi", "udaseg.v1.json");
        if (Environment.GetEnvironmentVariable("UDASEG_UPDATE_OPENAPI") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, served, TestContext.Current.CancellationToken);
        }

        string committed = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.True(committed == served, "The interface changed: run the tests once with UDASEG_UPDATE_OPENAPI=1 and commit openapi/udaseg.v1.json.");
    }

    [Fact]
    public async Task Every_reference_leads_somewhere()
    {
        JsonNode document = JsonNode.Parse(await Served())!;
        string[] references = [.. References(document)];

        Assert.NotEmpty(references);
        foreach (string reference in references)
        {
            JsonNode? node = document;
            foreach (string step in reference.TrimStart('#', '/').Split('/')) node = node?[step];
            Assert.True(node is not null, reference);
        }
    }

    [Fact]
    public async Task Every_operation_has_an_id_of_its_own_a_summary_and_a_problem_answer()
    {
        using JsonDocument document = JsonDocument.Parse(await Served());
        Assert.StartsWith("3.1", document.RootElement.GetProperty("openapi").GetString());
        JsonElement paths = document.RootElement.GetProperty("paths");
        JsonElement[] operations = [.. paths.EnumerateObject().SelectMany(p => p.Value.EnumerateObject()).Select(o => o.Value)];
        string?[] ids = [.. operations.Select(o => o.GetProperty("operationId").GetString())];

        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.All(operations, o =>
        {
            Assert.False(string.IsNullOrWhiteSpace(o.GetProperty("summary").GetString()));
            Assert.Contains(o.GetProperty("responses").EnumerateObject(), IsProblem);
        });
    }

    [Fact]
    public async Task The_explorer_is_served()
    {
        HttpResponseMessage page = await _host.SendAsync(HttpMethod.Get, "/swagger/index.html");
        Assert.True(page.IsSuccessStatusCode);
    }

    private static bool IsProblem(JsonProperty answer) =>
        answer.Value.TryGetProperty("content", out JsonElement content) && content.TryGetProperty("application/problem+json", out _);

    private async Task<string> Served()
    {
        HttpResponseMessage answer = await _host.SendAsync(HttpMethod.Get, "/swagger/v1/swagger.json");
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject o => o.SelectMany(p => p is { Key: "$ref", Value: JsonValue v } ? [v.GetValue<string>()] : References(p.Value)),
        JsonArray a => a.SelectMany(References),
        _ => [],
    };

    private static string RepositoryRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "UdaSeg.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("The tests run outside the repository.");
    }
}
