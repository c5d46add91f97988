using System.Net;
using System.Text;
using System.Text.Json;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Images;
using UdaSeg.Infrastructure.Imaging;
using Xunit;

namespace UdaSeg.Api.Tests.Datasets.Api;

public sealed class ArchiveUploadTests : IDisposable
{
    private const string Url = "/api/v1/datasets";
    private const string Manifest = """{"name":"Set","domain":"source","labelSpace":"cityscapes19"}""";

    private readonly ResourceHost _host = new();

    public void Dispose() => _host.Dispose();

    [Theory]
    [InlineData("", Manifest)]
    [InlineData("top/", Manifest)]
    [InlineData("a/b/", """{"name":"Set","domain":"source","path":"a/b"}""")]
    public async Task An_uploaded_archive_becomes_a_data_set_of_the_service_and_goes_with_it(string prefix, string manifest)
    {
        HttpResponseMessage created = await Post(manifest, Set(prefix));
        JsonElement body = await created.JsonAsync();
        Assert.True(created.StatusCode == HttpStatusCode.Accepted, body.GetRawText());
        string url = created.Headers.Location!.ToString();
        Assert.Equal(("archive", "validating"), (body.Text("origin"), body.Text("status")));
        JsonElement ready = await _host.ValidatedAsync(body);
        Assert.True(ready.Text("status") == "ready", ready.GetRawText());
        Assert.Equal((2, 2), (ready.GetProperty("samples").GetInt32(), ready.GetProperty("labelled").GetInt32()));
        Assert.DoesNotContain(Path.GetDirectoryName(_host.Root)!, ready.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(ResourceHost.Png(seed: 2), await (await _host.SendAsync(HttpMethod.Get, $"{url}/samples/b/image")).BytesAsync());
        Assert.Equal([body.Id().ToString()], Left());

        Assert.Equal(HttpStatusCode.NoContent, (await _host.SendAsync(HttpMethod.Delete, url)).StatusCode);
        Assert.Empty(Left());
    }

    [Fact]
    public async Task Nothing_is_left_of_a_refused_archive()
    {
        foreach ((string what, byte[] zip, int status, string code) in EvilZips.All())
        {
            JsonElement problem = await (await Post(Manifest, zip)).ProblemAsync(status, code);
            Assert.DoesNotContain(_host.Owned, problem.GetRawText(), StringComparison.Ordinal);
            Assert.Equal((what, 0), (what, Left().Length));
        }
    }

    [Theory]
    [InlineData("""{"name":"x","domain":"source","path":"none"}""", 422, "dataset-path-not-found")]
    [InlineData("""{"name":"x","domain":"source","path":"../x"}""", 422, "path-outside-roots")]
    [InlineData("""{"name":"x","domain":"source","images":"none"}""", 422, "dataset-path-not-found")]
    [InlineData("""{"name":"","domain":"source"}""", 422, "invalid-dataset")]
    [InlineData("""{"name":"x","domain":"source","mapping":{"kind":"colour"}}""", 422, "invalid-mapping")]
    [InlineData("""{"name":"x","domain":"source","lables":"y"}""", 400, "malformed-json")]
    [InlineData("""{"name":"x","name":"y","domain":"source"}""", 400, "malformed-json")]
    [InlineData("""{"name":"x","domain":"source","labels":null}""", 422, "invalid-dataset")]
    [InlineData("[]", 400, "malformed-json")]
    [InlineData("{", 400, "malformed-json")]
    public async Task Nothing_is_left_of_a_refused_manifest(string manifest, int status, string code)
    {
        await (await Post(manifest, Set(""))).ProblemAsync(status, code);
        Assert.Empty(Left());
        Assert.Equal(0, (await (await _host.SendAsync(HttpMethod.Get, Url)).JsonAsync()).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Forms_without_the_two_parts_are_malformed()
    {
        await (await _host.SendAsync(HttpMethod.Post, Url, ResourceHost.Form(("archive", Set(""))))).ProblemAsync(400, "missing-part");
        await (await _host.SendAsync(HttpMethod.Post, Url, ResourceHost.Form(("manifest", Manifest)))).ProblemAsync(400, "missing-part");
        await (await _host.SendAsync(HttpMethod.Post, Url, ResourceHost.Form(("manifest", Manifest), ("file", "x")))).ProblemAsync(400, "unknown-part");
        await (await _host.SendAsync(HttpMethod.Post, Url, ResourceHost.Form(("archive", Set("")), ("archive", Set(""))))).ProblemAsync(400, "doubled-part");
        using var cut = new StringContent("--x\r\nContent-Disposition: form-data; name=\"archive\"\r\n\r\nPK", Encoding.ASCII);
        cut.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x");
        await (await _host.SendAsync(HttpMethod.Post, Url, cut)).ProblemAsync(400, "malformed-multipart");
        using var text = new StringContent("hello", Encoding.UTF8, "text/plain");
        await (await _host.SendAsync(HttpMethod.Post, Url, text)).ProblemAsync(415, "unsupported-media-type");
        using var bare = new ByteArrayContent("{}"u8.ToArray());
        await (await _host.SendAsync(HttpMethod.Post, Url, bare)).ProblemAsync(415, "unsupported-media-type");
        Assert.Empty(Left());
    }

    [Fact]
    public async Task An_archive_beyond_a_limit_is_refused_by_limit_and_actual()
    {
        _host.Settings["UdaSeg:Limits:MaxArchiveBytes"] = "20000";
        _host.Settings["UdaSeg:Limits:MaxArchiveEntries"] = "5";
        byte[] large = HandmadeZip.Of(new ZipPart("a", new byte[30_000]));
        JsonElement problem = await (await Post(Manifest, large)).ProblemAsync(413, "archive-too-large");
        Assert.Equal(20_000, problem.GetProperty("limit").GetInt64());
        Assert.InRange(problem.GetProperty("actual").GetInt64(), 20_001, large.Length);
        problem = await (await Post(Manifest, new byte[2 << 20])).ProblemAsync(413, "archive-too-large"); // told by the length of the body alone
        Assert.InRange(problem.GetProperty("actual").GetInt64(), 2 << 20, 3 << 20);
        byte[] many = HandmadeZip.Of([.. Enumerable.Range(0, 6).Select(i => EvilZips.Good($"{i}"))]);
        problem = await (await Post(Manifest, many)).ProblemAsync(413, "archive-entries");
        Assert.Equal((5, 6), (problem.GetProperty("limit").GetInt32(), problem.GetProperty("actual").GetInt32()));
        Assert.Empty(Left());
        JsonElement limits = (await (await _host.SendAsync(HttpMethod.Get, "/api/v1/limits")).JsonAsync()).GetProperty("limits");
        Assert.Equal((20_000, 5, 200), (limits.GetProperty("maxArchiveBytes").GetInt64(), limits.GetProperty("maxArchiveEntries").GetInt32(),
            limits.GetProperty("maxArchiveRatio").GetInt32()));
    }

    [Fact]
    public async Task What_a_killed_server_left_is_gone_after_the_next_start()
    {
        (Guid half, Guid orphan) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        foreach (string folder in (string[])[$".tmp-{half}", $"{orphan}", "other"]) Directory.CreateDirectory(Path.Combine(_host.Owned, folder, "images"));
        await File.WriteAllTextAsync(Path.Combine(_host.Owned, $".tmp-{half}.upload"), "PK", TestContext.Current.CancellationToken);
        await (await _host.SendAsync(HttpMethod.Get, "/health/live")).JsonAsync();
        Assert.Equal(["other"], Left()); // not the service's own: left alone
    }

    internal static byte[] Set(string prefix) => HandmadeZip.Of(
        [
            .. new[] { ("a", 1), ("b", 2) }.SelectMany(s => new ZipPart[]
            {
                new($"{prefix}images/{s.Item1}.png", ResourceHost.Png(seed: s.Item2)),
                new($"{prefix}labels/{s.Item1}.png", PngLabelCodec.WriteGrey(new LabelMap(12, 8, [.. Enumerable.Repeat((byte)s.Item2, 96)]))) { Deflate = true },
            }),
            new ZipPart($"{prefix}readme.txt", "hello"u8.ToArray()),
        ]);

    private Task<HttpResponseMessage> Post(string manifest, byte[] archive) =>
        _host.SendAsync(HttpMethod.Post, Url, ResourceHost.Form(("manifest", manifest), ("archive", archive)));

    private string[] Left() => Directory.Exists(_host.Owned) ? [.. Directory.GetFileSystemEntries(_host.Owned).Select(p => Path.GetFileName(p))] : [];
}
