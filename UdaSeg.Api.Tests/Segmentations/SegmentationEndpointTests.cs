using System.IO.Compression;
using System.Text;
using System.Text.Json;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Photometry;
using UdaSeg.Infrastructure.Imaging;
using Xunit;

namespace UdaSeg.Api.Tests.Segmentations;

public sealed class SegmentationEndpointTests : IDisposable
{
    private const string Path = "/api/v1/segmentations";
    private const int Width = 12, Height = 8;

    private readonly ResourceHost _host = new();

    public void Dispose() => _host.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_default_answer_is_an_indexed_PNG_of_the_inputs_size(bool form)
    {
        Checkpoint checkpoint = _host.PublishDefault();
        HttpResponseMessage answer = await _host.SendAsync(
            HttpMethod.Post, Path, form ? ResourceHost.Form(("image", ResourceHost.Png())) : ResourceHost.Image(ResourceHost.Png()));

        Assert.Equal("image/png", answer.Content.Headers.ContentType?.MediaType);
        LabelFile png = PngLabelCodec.Read(await answer.BytesAsync());
        Assert.Equal((Width, Height, LabelFileKind.Palette), (png.Width, png.Height, png.Kind));
        Assert.Equal(Enumerable.Range(0, Width * Height).Select(i => (ushort)StripeSegmenter.Stripe(i % Width, Width, 3)), png.Values);
        Assert.Equal([0xFF0000, 0x00FF00, 0x0000FF], png.Palette);
        Assert.Equal(checkpoint.Id.ToString(), answer.Headers.GetValues("X-Checkpoint").Single());
        Assert.Matches(
            @"^queue;dur=[\d.E-]+, decode;dur=[\d.E-]+, compute;dur=[\d.E-]+, encode;dur=[\d.E-]+, total;dur=[\d.E-]+$",
            answer.Headers.GetValues("Server-Timing").Single());
    }

    [Fact]
    public async Task Colour_and_overlay_show_the_label_spaces_colours()
    {
        _host.PublishDefault();
        RgbImage color = await Decoded($"{Path}?encoding=color"), overlay = await Decoded($"{Path}?encoding=overlay");

        Assert.Equal([255, 0, 0], color.Pixels[..3]);
        RgbImage input = ResourceHost.Picture(Width, Height, 1);
        Assert.Equal((input.Pixels[0] + 255) / 2.0, overlay.Pixels[0], 1.0);
        Assert.Equal(input.Pixels[1] / 2.0, overlay.Pixels[1], 1.0);
    }

    [Fact]
    public async Task JSON_has_shares_masks_run_lengths_drift_and_timings()
    {
        StyleProfile target = StyleProfile.Of(ResourceHost.Picture(Width, Height, 7));
        Checkpoint checkpoint = _host.PublishDefault(target.ToBytes());
        JsonElement json = await (
            await _host.SendAsync(HttpMethod.Post, $"{Path}?include=confidence,rle", ResourceHost.Image(ResourceHost.Png()), "application/json")).JsonAsync();

        Assert.Equal(checkpoint.Id, json.GetProperty("checkpoint").GetGuid());
        Assert.Equal((Width, Height), (json.GetProperty("width").GetInt32(), json.GetProperty("height").GetInt32()));
        JsonElement middle = json.GetProperty("classes")[1];
        Assert.Equal(("middle", 32L), (middle.GetProperty("name").GetString(), middle.GetProperty("pixels").GetInt64()));
        Assert.Equal(32 / 96.0, middle.GetProperty("share").GetDouble(), 1e-12);
        Assert.Equal([0, 1, 2], json.GetProperty("presentClassIds").EnumerateArray().Select(i => i.GetInt32()));
        Assert.Equal(2, PngLabelCodec.Read(json.GetProperty("segmentationMask").GetBytesFromBase64()).Values[^1]);
        Assert.All(PngLabelCodec.Read(json.GetProperty("confidenceMask").GetBytesFromBase64()).Values, v => Assert.Equal(191, v));
        JsonElement rle = json.GetProperty("segments")[0].GetProperty("rle");
        Assert.Equal([Height, Width], rle.GetProperty("size").EnumerateArray().Select(i => i.GetInt32()));
        double drift = DomainGap.Between(StyleProfile.Of(ResourceHost.Picture(Width, Height, 1)), target).Total;
        Assert.Equal(drift, json.GetProperty("drift").GetProperty("total").GetDouble(), 1e-9);
        Assert.True(json.GetProperty("timings").GetProperty("total").GetDouble() > 0);
    }

    [Fact]
    public async Task Without_a_target_style_drift_is_null_and_extras_are_absent()
    {
        _host.PublishDefault();
        JsonElement json = await (await _host.SendAsync(HttpMethod.Post, Path, ResourceHost.Image(ResourceHost.Png()), "application/json")).JsonAsync();

        Assert.Equal(JsonValueKind.Null, json.GetProperty("drift").ValueKind);
        Assert.False(json.TryGetProperty("confidenceMask", out _));
        Assert.False(json.TryGetProperty("segments", out _));
    }

    [Fact]
    public async Task Probabilities_come_as_a_float16_array()
    {
        _host.PublishDefault();
        HttpResponseMessage answer = await _host.SendAsync(
            HttpMethod.Post, $"{Path}?include=probabilities", ResourceHost.Image(ResourceHost.Png()), "application/x-npz");

        using ZipArchive zip = new(new MemoryStream(await answer.BytesAsync()));
        using MemoryStream entry = new();
        zip.GetEntry("probabilities.npy")!.Open().CopyTo(entry);
        byte[] npy = entry.ToArray();
        int header = 10 + npy[8] + (npy[9] << 8);
        Assert.Equal(0, header % 64);
        Assert.Contains("'descr': '<f2', 'fortran_order': False, 'shape': (3, 8, 12)", Encoding.ASCII.GetString(npy, 10, header - 10));
        Assert.Equal(3 * Width * Height * 2, npy.Length - header);
        Assert.Equal((Half)StripeSegmenter.Confidence, BitConverter.ToHalf(npy, header));
    }

    [Theory]
    [InlineData("", "image/png", null, 404, "checkpoint-not-found")]
    [InlineData("?checkpoint=none", "image/png", null, 404, "checkpoint-not-found")]
    [InlineData("?checkpoint=019ab3f0-0000-7000-8000-000000000000", "image/png", null, 404, "checkpoint-not-found")]
    [InlineData("?encoding=gif", "image/png", null, 422, "invalid-segmentation")]
    [InlineData("?include=polygons", "image/png", null, 422, "invalid-segmentation")]
    [InlineData("?include=probabilities", "image/png", null, 422, "invalid-segmentation")]
    [InlineData("", "image/png", "image/gif", 406, "not-acceptable")]
    public async Task Bad_parameters_are_refused(string query, string type, string? accept, int status, string code) =>
        await (await _host.SendAsync(HttpMethod.Post, Path + query, ResourceHost.Image(ResourceHost.Png(), type), accept)).ProblemAsync(status, code);

    [Fact]
    public async Task Bad_bodies_are_refused()
    {
        _host.PublishDefault();
        byte[] cut = ResourceHost.Png(100, 100)[..200];

        await (await _host.SendAsync(HttpMethod.Post, Path, ResourceHost.Image(ResourceHost.Png(), "image/gif"))).ProblemAsync(415, "unsupported-media-type");
        await (await _host.SendAsync(HttpMethod.Post, Path)).ProblemAsync(415, "unsupported-media-type");
        await (await _host.SendAsync(HttpMethod.Post, Path, ResourceHost.Image([]))).ProblemAsync(400, "missing-body");
        await (await _host.SendAsync(HttpMethod.Post, Path, ResourceHost.Image("GIF89a..."u8.ToArray()))).ProblemAsync(415, "unsupported-image");
        await (await _host.SendAsync(HttpMethod.Post, Path, ResourceHost.Image(cut))).ProblemAsync(422, "undecodable-image");
        await (await _host.SendAsync(HttpMethod.Post, Path, ResourceHost.Form(("picture", ResourceHost.Png())))).ProblemAsync(400, "unknown-part");
        StringContent empty = new("--x--\r\n");
        empty.Headers.ContentType = new("multipart/form-data") { Parameters = { new("boundary", "x") } };
        await (await _host.SendAsync(HttpMethod.Post, Path, empty)).ProblemAsync(400, "missing-part");
    }

    [Fact]
    public async Task More_pixels_than_allowed_are_refused_with_both_numbers()
    {
        _host.Settings["UdaSeg:Limits:MaxPixels"] = "95";
        _host.PublishDefault();
        JsonElement problem = await (await _host.SendAsync(HttpMethod.Post, Path, ResourceHost.Image(ResourceHost.Png()))).ProblemAsync(413, "image-too-large");

        Assert.Equal((95, 96), (problem.GetProperty("limit").GetInt64(), problem.GetProperty("actual").GetInt64()));
    }

    [Fact]
    public async Task A_full_queue_is_answered_503_with_Retry_After()
    {
        _host.Settings["UdaSeg:Limits:MaxConcurrentSegmentations"] = "1";
        _host.Settings["UdaSeg:Limits:MaxWaitingSegmentations"] = "0";
        _host.PublishDefault();
        _host.Loader.Open.Reset();
        Task<HttpResponseMessage> first = _host.SendAsync(HttpMethod.Post, Path, ResourceHost.Image(ResourceHost.Png()));
        while (_host.Loader.Loads == 0) await Task.Delay(5, TestContext.Current.CancellationToken);
        Task<HttpResponseMessage> turnedAway = _host.SendAsync(HttpMethod.Post, Path, ResourceHost.Image(ResourceHost.Png()));
        // One that waits must fail the test, not hang it.
        await Task.WhenAny(turnedAway, Task.Delay(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        _host.Loader.Open.Set();

        HttpResponseMessage second = await turnedAway;
        await second.ProblemAsync(503, "queue-full");
        Assert.NotNull(second.Headers.RetryAfter);
        Assert.True((await first).IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_checkpoint_that_does_not_load_says_so_without_paths()
    {
        _host.PublishDefault();
        _host.Loader.Fault = new FileNotFoundException("/srv/weights");
        JsonElement problem = await (
            await _host.SendAsync(HttpMethod.Post, Path, ResourceHost.Image(ResourceHost.Png()))).ProblemAsync(422, "checkpoint-unloadable");

        Assert.DoesNotContain("/srv", problem.GetRawText());
    }

    private async Task<RgbImage> Decoded(string path)
    {
        HttpResponseMessage answer = await _host.SendAsync(HttpMethod.Post, path, ResourceHost.Image(ResourceHost.Png()));
        return ResourceHost.Codec.Decode(await answer.BytesAsync());
    }
}
