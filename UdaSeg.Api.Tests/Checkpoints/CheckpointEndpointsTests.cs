using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.Checkpoints;

public sealed class CheckpointEndpointsTests : IAsyncLifetime
{
    private const string Path = "/api/v1/checkpoints";
    private const string Aliases = "/api/v1/checkpoint-aliases";
    private readonly FakeLoader _loader = new();
    private readonly ApiFactory _api;
    private HttpClient _client = null!;

    public CheckpointEndpointsTests() => _api = new ApiFactory { More = services => services.AddSingleton<ISegmenterLoader>(_loader) };

    public ValueTask InitializeAsync()
    {
        _client = _api.CreateClient();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task A_checkpoint_shows_its_manifest_and_where_it_came_from()
    {
        Guid run = Guid.CreateVersion7();
        Checkpoint checkpoint = Publish("abcd"u8.ToArray(), run);
        JsonElement json = await _client.GetJsonAsync($"{Path}/{checkpoint.Id}");
        Assert.Equal((run, 1, 450), (json.Id("run"), json.GetProperty("stage").GetInt32(), json.GetProperty("iteration").GetInt32()));
        JsonElement manifest = json.GetProperty("manifest");
        Assert.Equal(("resnet18", checkpoint.Manifest.Digest), (manifest.GetProperty("architecture").Text("backbone"), manifest.Text("digest")));
        Assert.Equal(16, manifest.GetProperty("labelSpace").GetProperty("classes").GetArrayLength());
        Assert.Equal([checkpoint.Id], (await _client.GetJsonAsync(Path)).GetProperty("items").EnumerateArray().Select(c => c.Id()));
        await _client.GetAsync($"{Path}/{Guid.CreateVersion7()}").RefusedAsync(404, "checkpoint-not-found");
    }

    [Fact]
    public async Task Weights_come_whole_in_parts_or_not_again()
    {
        byte[] weights = [.. Enumerable.Range(0, 100).Select(i => (byte)i)];
        Checkpoint checkpoint = Publish(weights);
        string path = $"{Path}/{checkpoint.Id}/weights";
        using HttpResponseMessage whole = await _client.GetAsync(path);
        Assert.Equal(weights, await whole.Content.ReadAsByteArrayAsync());
        Assert.Equal($"\"{Convert.ToHexStringLower(SHA256.HashData(weights))}\"", whole.Headers.ETag?.Tag);
        Assert.Equal(("application/octet-stream", "model.safetensors"),
            (whole.Content.Headers.ContentType?.MediaType, whole.Content.Headers.ContentDisposition?.FileName));
        using HttpResponseMessage part = await SendAsync(path, r => r.Headers.Range = new RangeHeaderValue(10, 19));
        Assert.Equal((HttpStatusCode.PartialContent, "bytes 10-19/100"), (part.StatusCode, part.Content.Headers.ContentRange?.ToString()));
        Assert.Equal(weights[10..20], await part.Content.ReadAsByteArrayAsync());
        using HttpResponseMessage known = await SendAsync(path, r => r.Headers.IfNoneMatch.Add(whole.Headers.ETag!));
        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
        using HttpResponseMessage beyond = await SendAsync(path, r => r.Headers.Range = new RangeHeaderValue(100, 200));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, beyond.StatusCode);
        _api.Service<IArtifactStore>().Delete(checkpoint.WeightsKey);
        await _client.GetAsync(path).RefusedAsync(404, "weights-not-found");
    }

    [Fact]
    public async Task An_alias_protects_its_checkpoint()
    {
        Checkpoint checkpoint = Publish("abcd"u8.ToArray());
        await PutAsync("served", checkpoint.Id.ToString(), HttpStatusCode.OK);
        JsonElement alias = Assert.Single((await _client.GetJsonAsync(Aliases)).GetProperty("items").EnumerateArray());
        Assert.Equal(("served", checkpoint.Id), (alias.Text("name"), alias.Id("checkpoint")));
        Assert.Equal("served", (await _client.GetJsonAsync($"{Path}/{checkpoint.Id}")).GetProperty("aliases")[0].GetString());
        await _client.DeleteAsync($"{Path}/{checkpoint.Id}").RefusedAsync(409, "checkpoint-in-use");
        Checkpoint other = Publish("efgh"u8.ToArray());
        await PutAsync("served", other.Id.ToString(), HttpStatusCode.OK);

        // So does a run that starts from it, until it has ended.
        TrainingRun run = Samples.Run(RunStatus.Interrupted);
        run = run with { Plan = run.Plan with { Network = run.Plan.Network with { Pretrained = checkpoint.Id.ToString() } } };
        _api.Service<RunLedger>().Submit(run);
        await _client.DeleteAsync($"{Path}/{checkpoint.Id}").RefusedAsync(409, "checkpoint-in-use");
        _api.Service<RunLedger>().Write(run.Id, r => r with { Status = RunStatus.Failed });
        using HttpResponseMessage deleted = await _client.DeleteAsync($"{Path}/{checkpoint.Id}");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.False(_api.Service<IArtifactStore>().Exists(checkpoint.WeightsKey));
        await _client.DeleteAsync($"{Path}/{checkpoint.Id}").RefusedAsync(404, "checkpoint-not-found");
    }

    [Fact]
    public async Task A_checkpoint_that_cannot_be_loaded_leaves_the_old_one_serving()
    {
        Checkpoint good = Publish("abcd"u8.ToArray());
        Checkpoint bad = Publish("efgh"u8.ToArray());
        await PutAsync("default", good.Id.ToString(), HttpStatusCode.OK);
        _loader.Fault = new InvalidDataException("/secret/path is broken");
        JsonElement problem = await _client.PutAsJsonAsync($"{Aliases}/default", new { checkpoint = bad.Id }).RefusedAsync(422, "checkpoint-unloadable");
        Assert.DoesNotContain("secret", problem.ToString());
        _loader.Fault = null;
        _api.Service<IArtifactStore>().Delete(bad.WeightsKey);
        await _client.PutAsJsonAsync($"{Aliases}/default", new { checkpoint = bad.Id }).RefusedAsync(422, "checkpoint-unloadable");
        Assert.Equal(good.Id, (await _client.GetJsonAsync(Aliases)).GetProperty("items")[0].Id("checkpoint"));
    }

    [Theory]
    [InlineData("Upper")]
    [InlineData("under_score")]
    [InlineData("a%0A")]
    [InlineData("0193b3c0-0000-7000-8000-000000000000")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task Other_names_are_no_aliases(string name)
    {
        Checkpoint checkpoint = Publish("abcd"u8.ToArray());
        await _client.PutAsJsonAsync($"{Aliases}/{name}", new { checkpoint = checkpoint.Id }).RefusedAsync(422, "invalid-alias");
    }

    [Fact]
    public async Task An_alias_of_nothing_is_refused() =>
        await _client.PutAsJsonAsync($"{Aliases}/default", new { checkpoint = "nothing" }).RefusedAsync(422, "unknown-checkpoint");

    private Checkpoint Publish(byte[] weights, Guid? run = null)
    {
        string key = $"models/{Guid.NewGuid():N}.safetensors";
        _api.Service<IArtifactStore>().Write(key, stream => stream.Write(weights));
        Checkpoint checkpoint = Samples.Checkpoint(run, 1, 450, key, Convert.ToHexStringLower(SHA256.HashData(weights)));
        _api.Service<CheckpointStore>().Publish(checkpoint);
        return checkpoint;
    }

    private async Task PutAsync(string name, string checkpoint, HttpStatusCode expected)
    {
        using HttpResponseMessage answer = await _client.PutAsJsonAsync($"{Aliases}/{name}", new { checkpoint });
        await answer.JsonAsync(expected);
    }

    private async Task<HttpResponseMessage> SendAsync(string path, Action<HttpRequestMessage> with)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        with(request);
        return await _client.SendAsync(request);
    }
}
