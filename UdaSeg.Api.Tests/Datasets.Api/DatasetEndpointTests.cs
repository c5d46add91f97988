using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Photometry;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.Datasets.Api;

public sealed class DatasetEndpointTests : IDisposable
{
    private const string Url = "/api/v1/datasets";
    private const int Width = 12, Height = 8;

    private readonly ResourceHost _host = new();

    public DatasetEndpointTests()
    {
        foreach ((string name, int seed) in (IEnumerable<(string, int)>)[("a", 1), ("b", 2), ("sub/c", 3)])
        {
            Write($"set/images/{name}.png", ResourceHost.Png(Width, Height, seed));
            Write($"set/labels/{name}.png", PngLabelCodec.WriteGrey(new LabelMap(Width, Height, [.. Enumerable.Repeat((byte)seed, Width * Height)])));
            Write($"bare/images/{name}.png", ResourceHost.Png(Width, Height, seed));
        }
    }

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task A_registered_set_is_validated_and_reported()
    {
        HttpResponseMessage created = await Post("""{"name":"Set","domain":"source","layout":"folder","path":"set"}""");
        JsonElement body = await created.JsonAsync();
        Assert.Equal(HttpStatusCode.Accepted, created.StatusCode);
        Assert.Equal("validating", body.GetProperty("status").GetString());
        Assert.Equal($"{Url}/{body.GetProperty("id").GetGuid()}", created.Headers.Location?.ToString());
        Assert.DoesNotContain(_host.Root, body.GetRawText());

        JsonElement ready = await Validated(body);
        Assert.Equal("ready", ready.GetProperty("status").GetString());
        Assert.Equal((3, 3), (ready.GetProperty("samples").GetInt32(), ready.GetProperty("labelled").GetInt32()));
        Assert.Equal(96, ready.GetProperty("report").GetProperty("classPixels")[2].GetInt64());
        JsonElement list = await (await _host.SendAsync(HttpMethod.Get, Url)).JsonAsync();
        Assert.Equal("Set", list.GetProperty("items")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_folder_without_images_or_without_matching_labels_is_refused_at_once()
    {
        Write("empty/images/readme.txt", [1]);
        Write("empty/labels/a.png", PngLabelCodec.WriteGrey(new LabelMap(2, 2)));
        Write("apart/images/a.png", ResourceHost.Png(Width, Height, 1));
        Write("apart/labels/b.png", PngLabelCodec.WriteGrey(new LabelMap(Width, Height)));
        await (await Post("""{"name":"Set","domain":"source","path":"empty"}""")).ProblemAsync(422, "dataset-empty");
        await (await Post("""{"name":"Set","domain":"source","path":"apart"}""")).ProblemAsync(422, "dataset-mismatched");
        Assert.Equal("validating", (await (await Post("""{"name":"Set","domain":"target","path":"apart","labels":null}""")).JsonAsync()).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Samples_come_by_pages_and_each_has_its_files()
    {
        string url = $"{Url}/{(await Ready("""{"name":"Set","domain":"source","path":"set"}""")).GetProperty("id").GetGuid()}";
        JsonElement first = await (await _host.SendAsync(HttpMethod.Get, $"{url}/samples?limit=2")).JsonAsync();
        JsonElement second = await (
            await _host.SendAsync(HttpMethod.Get, $"{url}/samples?limit=2&cursor={first.GetProperty("nextCursor").GetString()}")).JsonAsync();

        JsonElement[] all = [.. first.GetProperty("items").EnumerateArray(), .. second.GetProperty("items").EnumerateArray()];
        Assert.Equal(["a", "b", "sub/c"], all.Select(s => s.GetProperty("name").GetString()));
        Assert.All(all, s => Assert.Equal((Width, Height), (s.GetProperty("width").GetInt32(), s.GetProperty("height").GetInt32())));
        Assert.All(all, s => Assert.True(s.GetProperty("labelled").GetBoolean()));
        Assert.Equal(JsonValueKind.Null, second.GetProperty("nextCursor").ValueKind);
        await (await _host.SendAsync(HttpMethod.Get, $"{url}/samples?cursor=!")).ProblemAsync(400, "invalid-cursor");
        await (await _host.SendAsync(HttpMethod.Get, $"{url}/samples?limit=0")).ProblemAsync(400, "invalid-limit");

        foreach (string name in (string[])["sub/c", "sub%2Fc"])
        {
            Assert.Equal(ResourceHost.Png(Width, Height, 3), await (await _host.SendAsync(HttpMethod.Get, $"{url}/samples/{name}/image")).BytesAsync());
            LabelFile label = PngLabelCodec.Read(await (await _host.SendAsync(HttpMethod.Get, $"{url}/samples/{name}/label")).BytesAsync());
            Assert.Equal((LabelFileKind.Palette, (ushort)3), (label.Kind, label.Values[5]));
            RgbImage overlay = ResourceHost.Codec.Decode(await (await _host.SendAsync(HttpMethod.Get, $"{url}/samples/{name}/overlay")).BytesAsync());
            Assert.Equal((ResourceHost.Picture(Width, Height, 3).Pixels[0] + 102) / 2.0, overlay.Pixels[0], 1.0);
        }

        await (await _host.SendAsync(HttpMethod.Get, $"{url}/samples/z/image")).ProblemAsync(404, "sample-not-found");
        await (await _host.SendAsync(HttpMethod.Get, $"{url}/samples/..%2F..%2Fsecret/image")).ProblemAsync(404, "sample-not-found");
        await (await _host.SendAsync(HttpMethod.Get, $"{url}/samples/a/else")).ProblemAsync(404, "no-such-route");
    }

    [Fact]
    public async Task The_style_is_the_mean_over_the_images()
    {
        JsonElement set = await Ready("""{"name":"Set","domain":"target","path":"set","labels":null}""");
        JsonElement style = await (await _host.SendAsync(HttpMethod.Get, $"{Url}/{set.GetProperty("id").GetGuid()}/style")).JsonAsync();

        double expected = Enumerable.Range(1, 3).Average(seed => StyleProfile.Of(ResourceHost.Picture(Width, Height, seed)).MeanLightness);
        Assert.Equal(expected, style.GetProperty("meanLightness").GetDouble(), 1e-6);
        Assert.Equal(64, style.GetProperty("histograms").GetProperty("b").GetProperty("shares").GetArrayLength());
        Assert.Equal(0, set.GetProperty("labelled").GetInt32());
        await (await _host.SendAsync(HttpMethod.Get, $"{Url}/{set.GetProperty("id").GetGuid()}/samples/a/label")).ProblemAsync(404, "label-not-found");
    }

    [Fact]
    public async Task A_target_set_without_a_label_folder_is_unlabelled_and_says_so()
    {
        JsonElement set = await Ready("""{"name":"Bare","domain":"target","path":"bare"}""");

        Assert.Equal(JsonValueKind.Null, set.GetProperty("labels").ValueKind);
        Assert.Contains("unlabelled", set.GetProperty("report").GetProperty("warnings").GetRawText());
    }

    [Theory]
    [InlineData("""{"name":"x","domain":"target","path":"bare","labels":"labels"}""", 422, "dataset-path-not-found")]
    [InlineData("""{"name":"x","domain":"source","path":"bare"}""", 422, "dataset-path-not-found")]
    [InlineData("""{"name":"x","domain":"target","path":"none"}""", 422, "dataset-path-not-found")]
    [InlineData("""{"name":"x","domain":"target","path":"set","images":"none"}""", 422, "dataset-path-not-found")]
    [InlineData("""{"name":"x","domain":"target","path":"../x"}""", 422, "path-outside-roots")]
    [InlineData("""{"name":"x","domain":"target","path":"/etc"}""", 422, "path-outside-roots")]
    [InlineData("""{"name":"x","domain":"target","path":"set","images":"../.."}""", 422, "path-outside-roots")]
    [InlineData("""{"name":"x","domain":"target","path":"set","layout":"coco"}""", 422, "unsupported-layout")]
    [InlineData("""{"name":"x","domain":"target","path":"set","labelSpace":"none"}""", 422, "unknown-label-space")]
    [InlineData("""{"name":"x","domain":"target","path":"set","mapping":{"kind":"index","values":{"7":19}}}""", 422, "invalid-mapping")]
    [InlineData("""{"name":"x","domain":"target","path":"set","mapping":{"kind":"colour"}}""", 422, "invalid-mapping")]
    [InlineData("""{"name":"","domain":"target","path":"set"}""", 422, "invalid-dataset")]
    [InlineData("""{"name":"x","domain":"mars","path":"set"}""", 422, "invalid-dataset")]
    [InlineData("""{"name":"x","domain":"source","path":"set","labels":null}""", 422, "invalid-dataset")]
    [InlineData("""{"name":"x","domain":"source","path":"set","labels":1}""", 422, "invalid-dataset")]
    [InlineData("""{"name":"x","domain":"target","path":"set","lables":"labels"}""", 400, "malformed-json")]
    [InlineData("""{"name":"x","domain":"target"}""", 400, "malformed-json")]
    [InlineData("""{"name":"x","domain":"target","path":null}""", 400, "malformed-json")]
    public async Task Sets_that_cannot_be_are_refused(string body, int status, string code)
    {
        JsonElement problem = await (await Post(body)).ProblemAsync(status, code);
        Assert.DoesNotContain(_host.Root, problem.GetRawText());
    }

    [Fact]
    public async Task A_set_is_forgotten_unless_an_open_run_uses_it()
    {
        Guid id = (await Ready("""{"name":"Bare","domain":"target","path":"bare"}""")).GetProperty("id").GetGuid();
        RunLedger runs = _host.Services.GetRequiredService<RunLedger>();
        TrainingRun run = new()
        {
            Id = Guid.CreateVersion7(),
            Name = "r",
            Source = [],
            Target = id,
            LabelSpace = "cityscapes19",
            Plan = new TrainingPlan(),
            CreatedAt = DateTimeOffset.UnixEpoch,
        };
        runs.Submit(run);

        await (await _host.SendAsync(HttpMethod.Delete, $"{Url}/{id}")).ProblemAsync(409, "dataset-in-use");
        runs.Write(run.Id, r => r.Cancel(DateTimeOffset.UnixEpoch));
        Assert.Equal(HttpStatusCode.NoContent, (await _host.SendAsync(HttpMethod.Delete, $"{Url}/{id}")).StatusCode);
        await (await _host.SendAsync(HttpMethod.Get, $"{Url}/{id}")).ProblemAsync(404, "dataset-not-found");
        Assert.True(Directory.Exists(Path.Combine(_host.Root, "bare")));
    }

    private Task<HttpResponseMessage> Post(string json) => _host.SendAsync(HttpMethod.Post, Url, new StringContent(json, Encoding.UTF8, "application/json"));

    private async Task<JsonElement> Ready(string json)
    {
        JsonElement set = await Validated(await (await Post(json)).JsonAsync());
        Assert.Equal("ready", set.GetProperty("status").GetString());
        return set;
    }

    private Task<JsonElement> Validated(JsonElement set) => _host.ValidatedAsync(set);

    private void Write(string path, byte[] file)
    {
        string full = Path.Combine(_host.Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, file);
    }
}
