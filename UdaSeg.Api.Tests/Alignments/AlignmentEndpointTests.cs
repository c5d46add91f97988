using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using UdaSeg.Api.Tests.Photometry;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Photometry;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.Alignments;

public sealed class AlignmentEndpointTests : IDisposable
{
    private const string Path = "/api/v1/alignments";

    private readonly ResourceHost _host = new();

    private static byte[] Source => ResourceHost.Png(20, 10, seed: 1);

    private static byte[] Reference => ResourceHost.Png(16, 16, seed: 3);

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task The_default_answer_is_the_aligned_PNG_with_its_gamma()
    {
        AlignmentResult expected = PhotometricAligner.Align(
            ResourceHost.Picture(20, 10, 1), StyleProfile.Of(ResourceHost.Picture(16, 16, 3)), new AlignmentSettings(Beta: 0.5));
        HttpResponseMessage answer = await Post("?beta=0.5", ("source", Source), ("reference", Reference));

        Assert.Equal(expected.Image.Pixels, ResourceHost.Codec.Decode(await answer.BytesAsync()).Pixels);
        Assert.Equal(expected.Gamma, double.Parse(answer.Headers.GetValues("X-Gamma").Single(), CultureInfo.InvariantCulture));
        Assert.StartsWith("queue;dur=", answer.Headers.GetValues("Server-Timing").Single());
    }

    [Theory]
    [InlineData("image/jpeg", ImageFormat.Jpeg)]
    [InlineData("image/webp", ImageFormat.Webp)]
    [InlineData("image/*;q=0.1, image/jpeg", ImageFormat.Jpeg)]
    [InlineData("*/*", ImageFormat.Png)]
    public async Task The_format_follows_Accept(string accept, ImageFormat format)
    {
        HttpResponseMessage answer = await Post("", accept, ("source", Source), ("reference", Reference));
        Assert.Equal(format, ResourceHost.Codec.Identify(await answer.BytesAsync()).Format);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_fourier_reference_of_another_size_is_resized_to_the_sources(int index)
    {
        JsonElement golden = GoldenImages.Photometric.GetProperty("images")[index], fourier = golden.GetProperty("fourier");
        byte[] source = File.ReadAllBytes(GoldenImages.Locate($"gpa{index}_source.png"));
        byte[] reference = File.ReadAllBytes(GoldenImages.Locate($"gpa{index}_reference.png"));
        string beta = fourier.GetProperty("beta").GetRawText();
        HttpResponseMessage answer = await Post($"?scheme=fourier&fourierBeta={beta}", "image/png", ("source", source), ("reference", reference));
        RgbImage expected = GoldenImages.Load($"gpa{index}_fourier05.png");
        RgbImage aligned = ResourceHost.Codec.Decode(await answer.BytesAsync());
        (double mean, int most) = GoldenImages.Difference(expected, aligned);
        Assert.InRange(mean, 0, 1); // the golden reference was resized by another program
        Assert.InRange(most, 0, 6);

        // The golden values cannot tell a resized reference from one that is not; our own resampling can.
        RgbImage image = ResourceHost.Codec.Decode(source), other = ResourceHost.Codec.Decode(reference);
        var settings = new AlignmentSettings(AlignmentScheme.Fourier, FourierBeta: fourier.GetProperty("beta").GetDouble());
        RgbImage resized = ImageResizing.Resize(other, image.Width, image.Height);
        Assert.Equal(FourierAligner.AlignFourier(image, resized, settings).Image.Pixels, aligned.Pixels);
        Assert.NotEqual(FourierAligner.AlignFourier(image, other, settings).Image.Pixels, aligned.Pixels);
    }

    [Theory]
    [InlineData("hybrid")]
    [InlineData("labGamma")]
    [InlineData("labHistogram")]
    [InlineData("fourier")]
    [InlineData("none")]
    public async Task JSON_tells_what_alignment_did(string scheme)
    {
        JsonElement json = await (
            await Post($"?scheme={scheme}&fourierBeta=0.2", "application/json", ("source", Source), ("reference", Reference))).JsonAsync();

        Assert.Equal(scheme, json.GetProperty("scheme").GetString());
        Assert.Equal(AlignmentSettings.DefaultBeta, json.GetProperty("beta").GetDouble());
        Assert.True(json.GetProperty("gamma").GetDouble() > 0);
        RgbImage aligned = ResourceHost.Codec.Decode(json.GetProperty("image").GetProperty("data").GetBytesFromBase64());
        Assert.Equal((20, 10), (aligned.Width, aligned.Height));
        JsonElement means = json.GetProperty("meanLightness");
        Assert.Equal(StyleProfile.Of(ResourceHost.Picture(20, 10, 1)).MeanLightness, means.GetProperty("source").GetDouble(), 1e-3);
        Assert.Equal(StyleProfile.Of(ResourceHost.Picture(16, 16, 3)).MeanLightness, means.GetProperty("reference").GetDouble(), 1e-3);
        Assert.Equal(StyleProfile.Of(aligned).MeanLightness, means.GetProperty("aligned").GetDouble(), 0.5);
        Assert.Equal(JsonValueKind.Null, json.GetProperty("referenceSample").ValueKind);
        foreach (string channel in (string[])["l", "a", "b"])
        {
            foreach (string image in (string[])["source", "reference", "aligned"])
            {
                double[] shares = [.. json.GetProperty("histograms").GetProperty(channel).GetProperty(image).EnumerateArray().Select(s => s.GetDouble())];
                Assert.Equal(64, shares.Length);
                Assert.Equal(1, shares.Sum(), 1e-4);
            }
        }
    }

    [Fact]
    public async Task A_data_set_gives_the_reference_by_name_or_by_seed()
    {
        string id = await Register(DatasetStatus.Ready);

        JsonElement named = await Aligned(id, ("referenceSample", "b"));
        Assert.Equal("b", named.GetProperty("referenceSample").GetString());
        HashSet<string?> drawn = [];
        for (int seed = 0; seed < 12; seed++)
        {
            JsonElement first = await Aligned(id, ("seed", $"{seed}")), again = await Aligned(id, ("seed", $"{seed}"));
            Assert.Equal(first.GetProperty("referenceSample").GetString(), again.GetProperty("referenceSample").GetString());
            drawn.Add(first.GetProperty("referenceSample").GetString());
        }

        Assert.Equal(["a", "b", "c"], drawn.Order());
    }

    [Fact]
    public async Task References_that_do_not_exist_are_refused()
    {
        string ready = await Register(DatasetStatus.Ready), validating = await Register(DatasetStatus.Validating);

        await (await Post("", ("source", Source), ("referenceDataset", Guid.NewGuid().ToString()))).ProblemAsync(404, "dataset-not-found");
        await (await Post("", ("source", Source), ("referenceDataset", "x"))).ProblemAsync(404, "dataset-not-found");
        await (await Post("", ("source", Source), ("referenceDataset", ready), ("referenceSample", "z"))).ProblemAsync(404, "sample-not-found");
        await (await Post("", ("source", Source), ("referenceDataset", validating))).ProblemAsync(409, "dataset-not-ready");
        await (await Post("", ("source", Source), ("referenceDataset", ready), ("seed", "x"))).ProblemAsync(422, "invalid-alignment");
        await (await Post("", ("source", Source), ("reference", Reference), ("referenceDataset", ready))).ProblemAsync(422, "ambiguous-reference");
    }

    [Theory]
    [InlineData("?scheme=magic", "scheme")]
    [InlineData("?scheme=0", "scheme")]
    [InlineData("?beta=-1", "beta")]
    [InlineData("?beta=NaN", "beta")]
    [InlineData("?beta=x", "beta")]
    [InlineData("?fourierBeta=0.6", "fourierBeta")]
    public async Task Parameters_out_of_range_are_named(string query, string field)
    {
        JsonElement problem = await (await Post(query, ("source", Source), ("reference", Reference))).ProblemAsync(422, "invalid-alignment");
        Assert.NotEmpty(problem.GetProperty("errors").GetProperty(field).EnumerateArray());
    }

    [Fact]
    public async Task Bad_bodies_are_refused()
    {
        await (await Post("", ("reference", Reference))).ProblemAsync(400, "missing-part");
        await (await Post("", ("source", Source))).ProblemAsync(400, "missing-part");
        await (await Post("", ("source", Source[..60]), ("reference", Reference))).ProblemAsync(422, "undecodable-image");
        await (await Post("", ("source", "%PDF-1.7"u8.ToArray()), ("reference", Reference))).ProblemAsync(415, "unsupported-image");
        await (await Post("", "text/html", ("source", Source), ("reference", Reference))).ProblemAsync(406, "not-acceptable");
        await (await _host.SendAsync(HttpMethod.Post, Path, ResourceHost.Image(Source))).ProblemAsync(415, "unsupported-media-type");
        StringContent broken = new("--x\r\nContent-Disposition: form-data; name=\"source\"\r\n\r\nabc");
        broken.Headers.ContentType = new("multipart/form-data") { Parameters = { new("boundary", "x") } };
        await (await _host.SendAsync(HttpMethod.Post, Path, broken)).ProblemAsync(400, "malformed-multipart");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_over_the_limit_is_answered_by_a_real_server_with_both_numbers(bool chunked)
    {
        _host.Settings["UdaSeg:Limits:MaxUploadBytes"] = "100000";
        _host.UseKestrel(0);
        _host.StartServer();
        using HttpClient client = _host.CreateClient();
        using HttpRequestMessage request = new(HttpMethod.Post, Path) { Content = ResourceHost.Form(("source", new byte[150_000]), ("reference", Reference)) };
        request.Headers.TransferEncodingChunked = chunked;
        JsonElement problem = await (await client.SendAsync(request, TestContext.Current.CancellationToken)).ProblemAsync(413, "body-too-large");

        Assert.Equal(100_000, problem.GetProperty("limit").GetInt64());
        Assert.True(problem.GetProperty("actual").GetInt64() > 100_000);
    }

    private Task<HttpResponseMessage> Post(string query, params (string, object)[] parts) =>
        _host.SendAsync(HttpMethod.Post, Path + query, ResourceHost.Form(parts));

    private Task<HttpResponseMessage> Post(string query, string accept, params (string, object)[] parts) =>
        _host.SendAsync(HttpMethod.Post, Path + query, ResourceHost.Form(parts), accept);

    private async Task<JsonElement> Aligned(string dataset, (string, object) choice)
    {
        HttpResponseMessage answer = await Post("", "application/json", ("source", Source), ("referenceDataset", dataset), choice);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.JsonAsync();
    }

    private async Task<string> Register(DatasetStatus status)
    {
        Guid id = Guid.CreateVersion7();
        DatasetStore store = _host.Services.GetRequiredService<DatasetStore>();
        string images = System.IO.Path.Combine(_host.Root, "set", "images");
        Directory.CreateDirectory(images);
        foreach (string name in (string[])["a", "b", "c"]) File.WriteAllBytes(System.IO.Path.Combine(images, $"{name}.png"), Reference);
        await store.AddAsync(
            new Dataset
            {
                Id = id,
                Name = "set",
                Domain = DatasetDomain.Target,
                Layout = DatasetLayout.Folder,
                Path = "set",
                Root = _host.Root,
                LabelSpace = "cityscapes19",
                Labels = null,
                Status = status,
                CreatedAt = DateTimeOffset.UnixEpoch,
            },
            TestContext.Current.CancellationToken);
        return id.ToString();
    }
}
