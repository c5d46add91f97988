using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Api.Tests.Torch;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Ports;
using Xunit;

namespace UdaSeg.Api.Tests.Checkpoints;

[Collection(nameof(TorchCollection))]
public sealed class CheckpointImportTests : IDisposable
{
    private const string Path = "/api/v1/checkpoints";

    private static readonly byte[] Weights = TinyNetwork.File(TinyNetwork.Tensors(5));

    private readonly ResourceHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task An_import_is_answered_with_the_checkpoint_and_belongs_to_no_run()
    {
        HttpResponseMessage answer = await PostAsync(Manifest(), Weights);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        JsonElement created = await answer.JsonAsync();
        Assert.Equal($"{Path}/{created.Id()}", answer.Headers.Location?.ToString());
        JsonElement read = await (await _host.SendAsync(HttpMethod.Get, answer.Headers.Location!.ToString())).JsonAsync();
        Assert.Equal(created.GetRawText(), read.GetRawText());
        Assert.Equal((Weights.Length, JsonValueKind.Null), (read.GetProperty("bytes").GetInt32(), read.GetProperty("run").ValueKind));
        JsonElement manifest = read.GetProperty("manifest");
        Assert.Equal((450, 0.5), (manifest.GetProperty("origin").GetProperty("iteration").GetInt32(), manifest.GetProperty("metrics").GetProperty("miou").GetDouble()));

        // Twice the same is two checkpoints: an origin that a client names does not make it a run's.
        Assert.NotEqual(created.Id(), (await (await PostAsync(Manifest(), Weights)).JsonAsync()).Id());
    }

    [Fact]
    public async Task What_may_be_left_out_is_filled_in_and_a_known_label_space_may_be_named()
    {
        JsonObject manifest = Manifest();
        foreach (string name in new[] { "digest", "createdAt", "origin", "metrics" }) manifest.Remove(name);
        manifest["labelSpace"] = "synthia16";
        await (await PostAsync(manifest, Weights)).ProblemAsync(422, "checkpoint-mismatch"); // 16 classes, and the weights have 9
        manifest["labelSpace"] = "nothing";
        await (await PostAsync(manifest, Weights)).ProblemAsync(422, "unknown-label-space");
        manifest["labelSpace"] = Manifest()["labelSpace"]!.DeepClone();
        manifest["selection"] = "oracle"; // what labels chose stays marked
        JsonElement read = (await (await PostAsync(manifest, Weights)).JsonAsync()).GetProperty("manifest");
        Assert.Equal(TinyNetwork.Manifest(Weights).Digest, read.Text("digest"));
        Assert.Equal("oracle", read.Text("selection"));
    }

    [Theory]
    [InlineData("architecture", "backbone", "\"vgg\"", "architecture.backbone")]
    [InlineData("architecture", "outputStride", "8", "architecture.outputStride")]
    [InlineData("architecture", "multiGrid", "[1,2]", "architecture.multiGrid")]
    [InlineData("architecture", "asppChannels", "100000", "architecture.asppChannels")]
    [InlineData("normalisation", "std", "[1,0,1]", "normalisation.std")]
    [InlineData("normalisation", "mean", "null", "normalisation.mean")]
    [InlineData(null, "name", "\" \"", "name")]
    [InlineData(null, "selection", "\"best\"", "selection")]
    [InlineData(null, "metrics", "{\"miou\":2}", "metrics")]
    [InlineData(null, "targetStyle", "\"AAAA\"", "targetStyle")]
    [InlineData(null, "baseSize", "[4, 4]", "baseSize")]
    [InlineData(null, "architecture", "null", "architecture.backbone")]
    [InlineData(null, "labelSpace", "{\"id\":\"x\",\"name\":\"x\"}", "labelSpace")]
    [InlineData(null, "labelSpace", "{\"id\":\"x\",\"name\":\"x\",\"classes\":[null]}", "labelSpace")]
    public async Task Faults_of_a_manifest_are_told_by_field(string? parent, string member, string value, string field)
    {
        JsonObject manifest = Manifest();
        (parent is null ? manifest : manifest[parent]!.AsObject())[member] = JsonNode.Parse(value);
        JsonElement problem = await (await PostAsync(manifest, Weights)).ProblemAsync(422, "manifest-invalid");
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.GetRawText());
        NothingIsLeft();
    }

    [Fact]
    public async Task Bodies_that_are_no_import_are_refused()
    {
        JsonObject manifest = Manifest();
        await (await SendAsync(("manifest", manifest.ToJsonString()))).ProblemAsync(400, "missing-part");
        await (await SendAsync(("weights", Weights))).ProblemAsync(400, "missing-part");
        await (await SendAsync(("weights", Weights), ("weights", Weights))).ProblemAsync(400, "doubled-part");
        await (await SendAsync(("model", Weights))).ProblemAsync(400, "unknown-part");
        await (await SendAsync(("manifest", "{"), ("weights", Weights))).ProblemAsync(400, "malformed-json");
        await (await SendAsync(("manifest", "null"), ("weights", Weights))).ProblemAsync(400, "malformed-json");
        await (await SendAsync(("manifest", "{\"nme\":1}"), ("weights", Weights))).ProblemAsync(400, "malformed-json");
        await (await _host.SendAsync(HttpMethod.Post, Path, ResourceHost.Image(Weights))).ProblemAsync(415, "unsupported-media-type");
        StringContent cut = new("--x\r\nContent-Disposition: form-data; name=\"weights\"\r\n\r\nabc");
        cut.Headers.ContentType = new("multipart/form-data") { Parameters = { new("boundary", "x") } };
        await (await _host.SendAsync(HttpMethod.Post, Path, cut)).ProblemAsync(400, "malformed-multipart");
        NothingIsLeft();
    }

    [Fact]
    public async Task Weights_that_do_not_belong_to_the_manifest_are_refused()
    {
        JsonObject manifest = Manifest();
        byte[] changed = [.. Weights];
        changed[^2] ^= 1;
        await (await PostAsync(manifest, changed)).ProblemAsync(422, "digest-mismatch");
        manifest.Remove("digest");
        JsonElement pickle = await (await PostAsync(manifest, [0x80, 2, .. new byte[100]])).ProblemAsync(422, "weights-invalid");
        Assert.Contains("safetensors", pickle.Text("detail"), StringComparison.Ordinal);
        await (await PostAsync(manifest, [.. "PK\u0003\u0004"u8, .. new byte[100]])).ProblemAsync(422, "weights-invalid");
        await (await PostAsync(manifest, [])).ProblemAsync(422, "weights-invalid");
        manifest["architecture"]!["backbone"] = "resnet18";
        JsonElement other = await (await PostAsync(manifest, Weights)).ProblemAsync(422, "checkpoint-mismatch");
        Assert.Equal(21, other.GetProperty("errors").GetProperty("weights.missing").GetArrayLength());
        NothingIsLeft();
    }

    [Theory]
    [InlineData(5_000)] // found out while reading
    [InlineData(3_000_000)] // told by the length beforehand
    public async Task More_weights_than_allowed_are_refused_with_both_numbers(int bytes)
    {
        _host.Settings["UdaSeg:Limits:MaxWeightsBytes"] = "4096";
        JsonElement problem = await (await PostAsync(Manifest(), new byte[bytes])).ProblemAsync(413, "weights-too-large");
        Assert.Equal(4096, problem.GetProperty("limit").GetInt64());
        Assert.InRange(problem.GetProperty("actual").GetInt64(), 4097, bytes + 100_000);
        JsonElement limits = await (await _host.SendAsync(HttpMethod.Get, "/api/v1/limits")).JsonAsync();
        Assert.Equal(4096, limits.GetProperty("limits").GetProperty("maxWeightsBytes").GetInt64());
    }

    private static JsonObject Manifest() => JsonSerializer.SerializeToNode(TinyNetwork.Manifest(Weights), CheckpointManifest.Json)!.AsObject();

    private Task<HttpResponseMessage> PostAsync(JsonObject manifest, byte[] weights) => SendAsync(("manifest", manifest.ToJsonString()), ("weights", weights));

    private Task<HttpResponseMessage> SendAsync(params (string, object)[] parts) => _host.SendAsync(HttpMethod.Post, Path, ResourceHost.Form(parts));

    private void NothingIsLeft()
    {
        Assert.Empty(_host.Services.GetRequiredService<IArtifactStore>().List(""));
        string uploads = System.IO.Path.Combine(_host.Root, "..", "state", "uploads");
        if (Directory.Exists(uploads)) Assert.Empty(Directory.EnumerateFiles(uploads));
    }
}
