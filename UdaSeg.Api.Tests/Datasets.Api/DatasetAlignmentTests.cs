using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Photometry;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Jobs;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.Datasets.Api;

/// <summary>A whole data set aligned to another.</summary>
public sealed class DatasetAlignmentTests : IDisposable
{
    private const string Url = "/api/v1/datasets";
    private const int Width = 20, Height = 12;

    private readonly ResourceHost _host = new();

    public DatasetAlignmentTests()
    {
        foreach ((string name, int seed) in (IEnumerable<(string, int)>)[("a", 1), ("b", 2), ("sub/c", 3)])
        {
            Write($"game/images/{name}.png", ResourceHost.Png(Width, Height, seed));
            Write($"game/labels/{name}.png", PngLabelCodec.WriteGrey(new LabelMap(Width, Height, [.. Enumerable.Range(0, Width * Height).Select(i => (byte)(i % seed))])));
        }

        for (int i = 0; i < 2; i++) Write($"camera/images/{i}.png", ResourceHost.Png(30, 18, i + 7));
    }

    public void Dispose() => _host.Dispose();

    [Theory]
    [InlineData("hybrid")]
    [InlineData("fourier")]
    [InlineData("none")]
    public async Task The_new_set_holds_every_image_aligned_to_its_drawn_reference_and_the_labels_as_they_were(string scheme)
    {
        (JsonElement game, JsonElement camera) = (await Register("game", "source", "labels"), await Register("camera", "target", null));
        HttpResponseMessage accepted = await Align(game.Id(), new { name = "Aligned", target = camera.Id(), scheme, fourierBeta = 0.1, seed = 5 });
        JsonElement created = await accepted.JsonAsync(HttpStatusCode.Accepted);
        Assert.Equal($"{Url}/{created.Id()}", accepted.Headers.Location?.ToString());
        Assert.Equal("validating", created.Text("status"));
        JsonElement ready = await _host.ValidatedAsync(created);
        Assert.True(ready.Text("status") == "ready", ready.GetRawText());
        Assert.Equal((3, 3), (ready.GetProperty("samples").GetInt32(), ready.GetProperty("labelled").GetInt32()));
        JsonElement lineage = ready.GetProperty("derivedFrom");
        Assert.Equal((game.Id(), camera.Id(), scheme, 5), (lineage.Id("dataset"), lineage.Id("target"), lineage.Text("scheme"), lineage.GetProperty("seed").GetInt32()));
        Assert.Equal(game.GetProperty("report").GetProperty("classPixels").GetRawText(), ready.GetProperty("report").GetProperty("classPixels").GetRawText());
        Assert.DoesNotContain(_host.Owned, ready.GetRawText());

        var settings = new AlignmentSettings(Enum.Parse<AlignmentScheme>(scheme, true), FourierBeta: 0.1);
        string[] names = ["a", "b", "sub/c"];
        for (int i = 0; i < names.Length; i++)
        {
            RgbImage source = ResourceHost.Codec.Decode(ResourceHost.Png(Width, Height, i + 1));
            RgbImage reference = ResourceHost.Codec.Decode(ResourceHost.Png(30, 18, RandomSource.Below(2, 5, 0, i, 0, DrawPurpose.Reference) + 7));
            RgbImage expected = scheme switch
            {
                "none" => source,
                "fourier" => FourierAligner.AlignFourier(source, ImageResizing.Resize(reference, Width, Height), settings).Image,
                _ => PhotometricAligner.Align(source, StyleProfile.Of(reference), settings).Image,
            };
            string sample = $"{Url}/{ready.Id()}/samples/{Uri.EscapeDataString(names[i])}";
            Assert.Equal(expected.Pixels, ResourceHost.Codec.Decode(await (await _host.SendAsync(HttpMethod.Get, $"{sample}/image")).BytesAsync()).Pixels);
            byte[] label = File.ReadAllBytes(Path.Combine(_host.Owned, ready.Id().ToString(), "labels", $"{names[i]}.png"));
            Assert.Equal(File.ReadAllBytes(Path.Combine(_host.Root, "game", "labels", $"{names[i]}.png")), label);
        }
    }

    [Fact]
    public async Task Deleting_it_removes_its_files_but_not_those_it_was_made_from()
    {
        (JsonElement game, JsonElement camera) = (await Register("game", "source", "labels"), await Register("camera", "target", null));
        JsonElement created = await (await Align(game.Id(), new { name = "Aligned", target = camera.Id() })).JsonAsync(HttpStatusCode.Accepted);
        await _host.ValidatedAsync(created);
        Assert.True(Directory.Exists(Path.Combine(_host.Owned, created.Id().ToString())));
        Assert.Equal(HttpStatusCode.NoContent, (await _host.SendAsync(HttpMethod.Delete, $"{Url}/{created.Id()}")).StatusCode);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_host.Owned));
        Assert.Equal(3, Directory.GetFiles(Path.Combine(_host.Root, "game", "images"), "*", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public async Task Images_without_labels_are_aligned_too()
    {
        (JsonElement game, JsonElement camera) = (await Register("game", "target", null), await Register("camera", "target", null));
        JsonElement ready = await _host.ValidatedAsync(await (await Align(game.Id(), new { name = "A", target = camera.Id() })).JsonAsync(HttpStatusCode.Accepted));
        Assert.Equal(("ready", 3, 0), (ready.Text("status"), ready.GetProperty("samples").GetInt32(), ready.GetProperty("labelled").GetInt32()));
    }

    [Theory]
    [InlineData(DatasetStatus.Validating, "dataset-not-ready")]
    [InlineData(DatasetStatus.Invalid, "dataset-invalid")]
    public async Task Only_sets_that_are_ready_are_aligned_and_compared(DatasetStatus status, string code)
    {
        JsonElement game = await Register("game", "source", "labels");
        Dataset other = Samples.Dataset("other", status);
        await _host.Services.GetRequiredService<DatasetStore>().AddAsync(other, TestContext.Current.CancellationToken);
        await Align(game.Id(), new { name = "A", target = other.Id }).RefusedAsync(409, code);
        await Align(other.Id, new { name = "A", target = game.Id() }).RefusedAsync(409, code);
        await _host.SendAsync(HttpMethod.Post, "/api/v1/domain-gaps", Body(new { source = game.Id(), target = other.Id })).RefusedAsync(409, code);
    }

    [Fact]
    public async Task Unusable_requests_are_refused_and_leave_nothing()
    {
        JsonElement game = await Register("game", "source", "labels");
        await Align(game.Id(), new { name = "A", target = Guid.NewGuid() }).RefusedAsync(422, "unknown-dataset");
        await Align(game.Id(), new { name = " ", target = game.Id() }).RefusedAsync(422, "invalid-alignment");
        await Align(game.Id(), new { name = "A", target = game.Id(), beta = 101 }).RefusedAsync(422, "invalid-alignment");
        await Align(Guid.NewGuid(), new { name = "A", target = game.Id() }).RefusedAsync(404, "dataset-not-found");
        JsonElement list = await (await _host.SendAsync(HttpMethod.Get, Url)).JsonAsync();
        Assert.Equal(1, list.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task A_source_that_changed_makes_an_invalid_set_that_says_why_and_no_files()
    {
        (JsonElement game, JsonElement camera) = (await Register("game", "source", "labels"), await Register("camera", "target", null));
        Write("game/images/a.png", ResourceHost.Png(Width, Height, 40));
        JsonElement ended = await _host.ValidatedAsync(await (await Align(game.Id(), new { name = "A", target = camera.Id() })).JsonAsync(HttpStatusCode.Accepted));
        Assert.Equal("invalid", ended.Text("status"));
        Assert.Contains("game", ended.GetProperty("report").GetProperty("errors")[0].GetString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_host.Owned, ended.Id().ToString())));
    }

    [Fact]
    public async Task A_set_whose_making_a_dead_server_left_is_made_by_the_next()
    {
        (JsonElement game, JsonElement camera) = (await Register("game", "source", "labels"), await Register("camera", "target", null));
        var store = _host.Services.GetRequiredService<DatasetStore>();
        Dataset source = store.Find(game.Id())!;
        var id = Guid.CreateVersion7();
        await store.AddAsync(
            source with
            {
                Id = id,
                Name = "Left",
                Status = DatasetStatus.Validating,
                Origin = DatasetOrigin.Alignment,
                DerivedFrom = new DatasetLineage(game.Id(), camera.Id(), AlignmentScheme.Hybrid, 0.01, 0.01, 0),
                Root = Path.Combine(_host.Owned, id.ToString()),
                Path = ".",
            },
            TestContext.Current.CancellationToken);
        await _host.Services.GetRequiredService<JobRecovery>().RecoverAsync(TestContext.Current.CancellationToken);
        JsonElement left = await (await _host.SendAsync(HttpMethod.Get, $"{Url}/{id}")).JsonAsync();
        Assert.Equal("ready", (await _host.ValidatedAsync(left)).Text("status"));
    }

    private async Task<JsonElement> Register(string name, string domain, string? labels)
    {
        HttpResponseMessage answer = await _host.SendAsync(HttpMethod.Post, Url, Body(new { name, domain, path = name, labels }));
        JsonElement ready = await _host.ValidatedAsync(await answer.JsonAsync(HttpStatusCode.Accepted));
        Assert.Equal("ready", ready.Text("status"));
        return ready;
    }

    private Task<HttpResponseMessage> Align(Guid id, object body) => _host.SendAsync(HttpMethod.Post, $"{Url}/{id}/alignments", Body(body));

    private static StringContent Body(object body) => new(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");

    private void Write(string path, byte[] bytes)
    {
        string file = Path.Combine(_host.Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, bytes);
    }
}
