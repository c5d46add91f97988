using System.Net;
using System.Text.Json;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Images;
using UdaSeg.Infrastructure.Imaging.Png;
using UdaSeg.Infrastructure.Settings;
using Xunit;

namespace UdaSeg.Api.Tests.Hostile;

/// <summary>The corpus through the codec and through every request that carries an image.</summary>
public sealed class ImageCorpusTests : IDisposable
{
    private const string Segment = "/api/v1/segmentations", Align = "/api/v1/alignments";

    private static readonly LimitSettings s_limits = new();

    private readonly ResourceHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public void The_corpus_is_wide_and_its_names_are_unique()
    {
        Assert.True(HostileImages.All.Count > 120, $"{HostileImages.All.Count}");
        Assert.Equal(HostileImages.All.Count, HostileImages.All.DistinctBy(f => f.Name).Count());
        Assert.Equal([200, 413, 415, 422], HostileImages.All.Select(f => f.Status).Distinct().Order());
    }

    [Fact]
    public void The_codec_accepts_or_refuses_each_as_expected()
    {
        List<string> wrong = [];
        foreach (HostileFile file in HostileImages.All)
        {
            string found = Decode(file.Bytes), expected = file.Code ?? $"{file.Width}x{file.Height}";
            if (found != expected) wrong.Add($"{file.Name}: {found} instead of {expected}");
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task A_raw_body_is_judged_by_its_content_whatever_it_is_said_to_be()
    {
        _host.PublishDefault();
        await EachAsync(file => _host.SendAsync(HttpMethod.Post, Segment, ResourceHost.Image(file.Bytes, "image/webp"), "image/png"));
    }

    [Fact]
    public async Task A_part_of_a_form_is_judged_likewise()
    {
        _host.PublishDefault();
        await EachAsync(file => _host.SendAsync(HttpMethod.Post, Segment, ResourceHost.Form(("image", file.Bytes)), "image/png"));
    }

    [Fact]
    public async Task The_source_of_an_alignment_is_judged_likewise() =>
        await EachAsync(file => _host.SendAsync(HttpMethod.Post, Align, ResourceHost.Form(("source", file.Bytes), ("reference", ResourceHost.Png())), "image/png"));

    [Fact]
    public async Task The_reference_of_an_alignment_is_judged_likewise() => await EachAsync(
        file => _host.SendAsync(HttpMethod.Post, Align, ResourceHost.Form(("source", ResourceHost.Png()), ("reference", file.Bytes)), "image/png"), sized: false);

    [Fact]
    public async Task A_longer_side_than_the_limit_is_refused_by_limit_and_actual()
    {
        _host.Settings["UdaSeg:Limits:MaxSide"] = "40";
        _host.PublishDefault();
        using HttpResponseMessage wide = await _host.SendAsync(HttpMethod.Post, Segment, ResourceHost.Image(ResourceHost.Png(41, 3)));
        JsonElement problem = await wide.ProblemAsync(413, "image-too-large");
        Assert.Equal((40, 41), (problem.GetProperty("limit").GetInt32(), problem.GetProperty("actual").GetInt32()));
        JsonElement limits = (await (await _host.SendAsync(HttpMethod.Get, "/api/v1/limits")).JsonAsync()).GetProperty("limits");
        Assert.Equal(40, limits.GetProperty("maxSide").GetInt32());
        Assert.Equal(HttpStatusCode.OK, (await _host.SendAsync(HttpMethod.Post, Segment, ResourceHost.Image(ResourceHost.Png(40, 3)))).StatusCode);
    }

    /// <summary>Sends every file, and finds no answer but the expected; an accepted one is answered with an image of the upright size.</summary>
    private static async Task EachAsync(Func<HostileFile, Task<HttpResponseMessage>> send, bool sized = true)
    {
        List<string> wrong = [];
        foreach (HostileFile file in HostileImages.All)
        {
            using HttpResponseMessage answer = await send(file);
            byte[] body = await answer.BytesAsync();
            string found = answer.IsSuccessStatusCode ? Size(body, sized) : $"{(int)answer.StatusCode} {JsonElement.Parse(body).GetProperty("code").GetString()}";
            string expected = file.Code is null ? sized ? $"{file.Width}x{file.Height}" : "an image" : $"{file.Status} {file.Code}";
            if (file.Bytes.Length == 0 && found == "400 missing-body") continue; // a raw body of nothing is no body
            if (found != expected) wrong.Add($"{file.Name}: {found} instead of {expected}");
        }

        Assert.Empty(wrong);
    }

    private static string Size(byte[] png, bool sized)
    {
        Assert.True(PngHeader.TryParse(png, out PngHeader header));
        return sized ? $"{header.Width}x{header.Height}" : "an image";
    }

    private static string Decode(byte[] file)
    {
        try
        {
            RgbImage image = ResourceHost.Codec.Decode(file, s_limits.MaxPixels, s_limits.MaxSide);
            return $"{image.Width}x{image.Height}";
        }
        catch (RuleViolationException refused)
        {
            return refused.Code;
        }
    }
}
