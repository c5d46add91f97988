using System.Net;
using System.Text;
using System.Text.Json;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Photometry;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using Xunit;

namespace UdaSeg.Api.Tests.DomainGaps;

public sealed class DomainGapEndpointTests : IDisposable
{
    private const string Url = "/api/v1/domain-gaps";
    private const int Width = 24, Height = 16;

    private readonly ResourceHost _host = new();
    private readonly RgbImage[] _bright = [.. Enumerable.Range(0, 3).Select(i => Picture(i, 1))];
    private readonly RgbImage[] _dark = [.. Enumerable.Range(0, 2).Select(i => Picture(i + 5, 0.4))];

    public void Dispose() => _host.Dispose();

    [Theory]
    [InlineData("hybrid")]
    [InlineData("labGamma")]
    [InlineData("labHistogram")]
    [InlineData("fourier")]
    public async Task The_gap_is_that_of_each_image_and_its_drawn_reference(string scheme)
    {
        (Guid source, Guid target) = (await Register("bright", _bright), await Register("dark", _dark));
        JsonElement answer = await (await Post(new { source, target, scheme, beta = 0.02, fourierBeta = 0.2, seed = 7 })).JsonAsync(HttpStatusCode.OK);
        var settings = new AlignmentSettings(Enum.Parse<AlignmentScheme>(scheme, true), 0.02, 0.2);
        var expected = new List<(DomainGap Before, DomainGap After, double Gamma)>();
        for (int i = 0; i < 3; i++)
        {
            RgbImage reference = _dark[RandomSource.Below(2, 7, 0, i, 0, DrawPurpose.Reference)];
            StyleProfile style = StyleProfile.Of(reference);
            AlignmentResult aligned = scheme == "fourier"
                ? FourierAligner.AlignFourier(_bright[i], reference, settings)
                : PhotometricAligner.Align(_bright[i], style, settings);
            expected.Add((DomainGap.Between(StyleProfile.Of(_bright[i]), style), DomainGap.Between(StyleProfile.Of(aligned.Image), style), aligned.Gamma));
        }

        Assert.Equal(expected.Average(e => e.Before.Total), Total(answer, "before", "meanOfPairs"), 1e-6);
        Assert.Equal(expected.Average(e => e.After.Total), Total(answer, "after", "meanOfPairs"), 1e-6);
        Assert.True(Total(answer, "after", "meanOfPairs") < 0.6 * Total(answer, "before", "meanOfPairs"));
        var means = DomainGap.Between(StyleProfile.Average([.. _bright.Select(StyleProfile.Of)]), StyleProfile.Average([.. _dark.Select(StyleProfile.Of)]));
        Assert.Equal(means.Total, Total(answer, "before", "ofMeans"), 1e-6);
        JsonElement gamma = answer.GetProperty("gamma");
        Assert.Equal(expected.Average(e => e.Gamma), gamma.GetProperty("mean").GetDouble(), 1e-9);
        double[] quantiles = [.. gamma.GetProperty("quantiles").EnumerateArray().Select(q => q.GetProperty("value").GetDouble())];
        Assert.Equal(expected.Min(e => e.Gamma), quantiles[0], 1e-9);
        Assert.Equal(expected.Select(e => e.Gamma).Order().ElementAt(1), quantiles[3], 1e-9); // the median
        Assert.Equal(expected.Max(e => e.Gamma), quantiles[^1], 1e-9);
        Assert.Equal(1, gamma.GetProperty("histogram").GetProperty("shares").EnumerateArray().Sum(s => s.GetDouble()), 1e-9);
    }

    [Fact]
    public async Task The_scheme_none_leaves_the_gap_and_the_same_request_gives_the_same_answer()
    {
        (Guid source, Guid target) = (await Register("bright", _bright), await Register("dark", _dark));
        JsonElement none = await (await Post(new { source, target, scheme = "none" })).JsonAsync(HttpStatusCode.OK);
        Assert.Equal(none.GetProperty("before").GetRawText(), none.GetProperty("after").GetRawText());
        string first = (await (await Post(new { source, target })).JsonAsync(HttpStatusCode.OK)).GetRawText();
        Assert.Equal(first, (await (await Post(new { source, target })).JsonAsync(HttpStatusCode.OK)).GetRawText());
        Assert.Equal("hybrid", JsonElement.Parse(first).Text("scheme"));
        JsonElement one = await (await Post(new { source, target, maxImages = 1 })).JsonAsync(HttpStatusCode.OK);
        Assert.Equal(1, one.GetProperty("styles").GetProperty("source").GetProperty("images").GetInt32());
    }

    [Fact]
    public async Task Unusable_requests_are_refused()
    {
        Guid source = await Register("bright", _bright);
        await Post(new { source, target = Guid.NewGuid() }).RefusedAsync(422, "unknown-dataset");
        await Post(new { source, target = source, maxImages = 0 }).RefusedAsync(422, "invalid-domain-gap");
        await Post(new { source, target = source, beta = -1 }).RefusedAsync(422, "invalid-domain-gap");
        await Post(new { source, target = source, scheme = "magic" }).RefusedAsync(422, "invalid-domain-gap");
        await Post(new { source, target = source, other = 1 }).RefusedAsync(400, "malformed-json");
    }

    private static double Total(JsonElement answer, string when, string what) => answer.GetProperty(when).GetProperty(what).GetProperty("total").GetDouble();

    /// <summary>Colours over most of the range, darker by the gain.</summary>
    private static RgbImage Picture(int seed, double gain)
    {
        var image = new RgbImage(Width, Height);
        for (int i = 0; i < image.Pixels.Length; i++) image.Pixels[i] = (byte)(gain * (20 + (200 * RandomSource.Unit(seed, 0, i / 9, i % 3, DrawPurpose.Flip))));
        return image;
    }

    private async Task<Guid> Register(string name, RgbImage[] images)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_host.Root, name, "images")).FullName;
        for (int i = 0; i < images.Length; i++) File.WriteAllBytes(Path.Combine(folder, $"{i}.png"), ResourceHost.Codec.Encode(images[i], ImageFormat.Png));
        string body = JsonSerializer.Serialize(new { name, domain = "target", path = name, labels = (string?)null });
        JsonElement created = await (await _host.SendAsync(HttpMethod.Post, "/api/v1/datasets", new StringContent(body, Encoding.UTF8, "application/json"))).JsonAsync();
        JsonElement ready = await _host.ValidatedAsync(created);
        Assert.Equal("ready", ready.Text("status"));
        return ready.Id();
    }

    private Task<HttpResponseMessage> Post(object body) =>
        _host.SendAsync(HttpMethod.Post, Url, new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json"));
}
