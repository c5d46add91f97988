using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using UdaSeg.Api.Tests.Onnx;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Api.Tests.Torch;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Onnx;
using Xunit;

namespace UdaSeg.Api.Tests.Checkpoints;

[Collection(nameof(TorchCollection))]
public sealed class CheckpointOnnxTests : IAsyncLifetime
{
    private const string Path = "/api/v1/checkpoints";

    private static readonly byte[] Weights = TinyNetwork.File(TinyNetwork.Tensors(9));

    private readonly ApiFactory _api = new();
    private HttpClient _client = null!;

    public ValueTask InitializeAsync()
    {
        _client = _api.CreateClient();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task The_file_comes_whole_in_parts_or_not_again()
    {
        Checkpoint checkpoint = TinyNetwork.Publish(_api, Weights);
        string path = (await _client.GetJsonAsync($"{Path}/{checkpoint.Id}")).GetProperty("links").Text("onnx")!;
        using HttpResponseMessage whole = await _client.GetAsync(path);
        byte[] file = await whole.Content.ReadAsByteArrayAsync();
        Assert.Equal(ExportedNetwork.File(TinyNetwork.Tensors(9), checkpoint.Manifest, OnnxHead.FullSize, checkpoint.Id), file);
        Assert.Equal(("application/octet-stream", "streets---stage-1.onnx"),
            (whole.Content.Headers.ContentType?.MediaType, whole.Content.Headers.ContentDisposition?.FileName));
        EntityTagHeaderValue tag = whole.Headers.ETag!;
        Assert.Equal(($"\"{checkpoint.Id:N}-onnx{OnnxExport.Version}\"", false), (tag.Tag, tag.IsWeak));

        using HttpResponseMessage part = await SendAsync(path, r => (r.Headers.Range, r.Headers.IfRange) = (new(10, 19), new(tag)));
        Assert.Equal((HttpStatusCode.PartialContent, $"bytes 10-19/{file.Length}"), (part.StatusCode, part.Content.Headers.ContentRange?.ToString()));
        Assert.Equal(file[10..20], await part.Content.ReadAsByteArrayAsync());
        var old = new EntityTagHeaderValue("\"old\"");
        using HttpResponseMessage other = await SendAsync(path, r => (r.Headers.Range, r.Headers.IfRange) = (new(10, 19), new(old)));
        Assert.Equal((HttpStatusCode.OK, (long?)file.Length), (other.StatusCode, other.Content.Headers.ContentLength));
        using HttpResponseMessage known = await SendAsync(path, r => r.Headers.IfNoneMatch.Add(tag));
        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
        using HttpResponseMessage beyond = await SendAsync(path, r => r.Headers.Range = new RangeHeaderValue(file.Length, null));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, beyond.StatusCode);
        using HttpResponseMessage head = await _client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));
        Assert.Equal((HttpStatusCode.OK, (long?)file.Length, tag), (head.StatusCode, head.Content.Headers.ContentLength, head.Headers.ETag));
    }

    [Fact]
    public async Task What_is_served_runs_and_tells_the_checkpoint()
    {
        Checkpoint checkpoint = TinyNetwork.Publish(_api, Weights);
        using var run = new OnnxRun(await _client.GetByteArrayAsync($"{Path}/{checkpoint.Id}/onnx"));
        Assert.Equal(checkpoint.Id, JsonSerializer.Deserialize<Guid>(run.Session.ModelMetadata.CustomMetadataMap["checkpoint"]));
        Assert.Equal([1, SceneFolder.Space.Count, 20, 30], run.Answer(new float[3 * 20 * 30], [1, 3, 20, 30]).Shape);
    }

    [Fact]
    public async Task A_deleted_checkpoint_takes_the_file_with_it()
    {
        Checkpoint kept = TinyNetwork.Publish(_api, Weights), deleted = TinyNetwork.Publish(_api, Weights);
        foreach (Checkpoint each in (Checkpoint[])[kept, deleted]) await _client.GetByteArrayAsync($"{Path}/{each.Id}/onnx");
        Assert.Equal(2, _api.Service<IArtifactStore>().List("exports/").Count);
        using HttpResponseMessage gone = await _client.DeleteAsync($"{Path}/{deleted.Id}");
        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        Assert.Equal([OnnxFiles.KeyOf(kept.Id)], _api.Service<IArtifactStore>().List("exports/"));
        await _client.GetAsync($"{Path}/{deleted.Id}/onnx").RefusedAsync(404, "checkpoint-not-found");
    }

    [Fact]
    public async Task What_cannot_be_exported_is_a_problem_and_no_file()
    {
        await _client.GetAsync($"{Path}/{Guid.CreateVersion7()}/onnx").RefusedAsync(404, "checkpoint-not-found");
        Checkpoint broken = TinyNetwork.Publish(_api, TinyNetwork.File([new("classifier.weight", [1, 1, 1, 1], [1])]));
        await _client.GetAsync($"{Path}/{broken.Id}/onnx").RefusedAsync(422, "checkpoint-unloadable");
        _api.Service<IArtifactStore>().Delete(broken.WeightsKey);
        await _client.GetAsync($"{Path}/{broken.Id}/onnx").RefusedAsync(404, "weights-not-found");
        Assert.Empty(_api.Service<IArtifactStore>().List("exports/"));
    }

    private async Task<HttpResponseMessage> SendAsync(string path, Action<HttpRequestMessage> with)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        with(request);
        return await _client.SendAsync(request);
    }
}
