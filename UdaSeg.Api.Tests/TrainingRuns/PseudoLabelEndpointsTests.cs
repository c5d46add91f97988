using System.Net;
using System.Text.Json;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.SelfTraining;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Torch.Stages;
using Xunit;

namespace UdaSeg.Api.Tests.TrainingRuns;

public sealed class PseudoLabelEndpointsTests : IAsyncLifetime
{
    private static readonly string[] s_names = ["a/<b>", "a/c", "d", "e", "f"];

    private readonly ApiFactory _api = new();
    private readonly Random _random = new(3);
    private readonly RgbImage[] _photos = new RgbImage[s_names.Length];
    private readonly LabelMap[] _labels = new LabelMap[s_names.Length];
    private Dataset _target = null!;
    private TrainingRun _run = null!;
    private HttpClient _client = null!;

    private string Path => $"/api/v1/training-runs/{_run.Id}/stages/1/pseudo-labels";

    private RunArtifacts Stored => new(_api.Service<IArtifactStore>(), _run.Id);

    public async ValueTask InitializeAsync()
    {
        _client = _api.CreateClient();
        _target = Samples.Dataset("target", labelled: 0, root: _api.DatasetRoot) with { Labels = null };
        await _api.Service<DatasetStore>().AddAsync(_target, default);
        _run = Samples.Run(target: _target.Id);
        _api.Service<RunLedger>().Submit(_run);
        for (int i = 0; i < s_names.Length; i++)
        {
            (_photos[i], _labels[i]) = (new RgbImage(12, 8), new LabelMap(12, 8));
            _random.NextBytes(_photos[i].Pixels);
            for (int at = 0; at < _labels[i].Labels.Length; at++) _labels[i].Labels[at] = _random.Next(5) <= i ? (byte)255 : (byte)_random.Next(16);
            string file = System.IO.Path.Combine(_api.DatasetRoot, "target", "images", s_names[i] + ".png");
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
            await File.WriteAllBytesAsync(file, new SkiaImageCodec().Encode(_photos[i], ImageFormat.Png));
        }
    }

    public async ValueTask DisposeAsync() => await _api.DisposeAsync();

    [Fact]
    public async Task The_list_has_every_target_image_with_its_kept_share_by_pages()
    {
        Store(_labels);
        var seen = new List<(string?, double)>();
        for (string? cursor = ""; cursor is not null;)
        {
            JsonElement page = await _client.GetJsonAsync($"{Path}?limit=2&cursor={cursor}");
            Assert.InRange(page.GetProperty("items").GetArrayLength(), 1, 2);
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(i => (i.Text("sample"), i.GetProperty("keptShare").GetDouble())));
            cursor = page.Text("nextCursor");
        }

        Assert.Equal(s_names, seen.Select(s => s.Item1));
        Assert.Equal(_labels.Select(l => l.Labels.Count(v => v != 255) / 96.0), seen.Select(s => s.Item2));
        await _client.GetAsync($"{Path}?cursor=!").RefusedAsync(400, "invalid-cursor");
        await _client.GetAsync($"{Path}?limit=501").RefusedAsync(400, "invalid-limit");
    }

    [Fact]
    public async Task Each_is_what_the_stage_stored_by_index_by_colour_and_over_the_photo()
    {
        Store(_labels);
        for (int i = 0; i < s_names.Length; i++)
        {
            string path = $"{Path}/{Uri.EscapeDataString(s_names[i])}";
            Assert.Equal(_labels[i].Labels, PngLabelCodec.Read(await _client.GetByteArrayAsync($"{Path}/{s_names[i]}")).ToMap().Labels);
            RgbImage color = Decoded(await _client.GetByteArrayAsync($"{path}?encoding=color"));
            RgbImage overlay = Decoded(await _client.GetByteArrayAsync($"{path}?encoding=overlay"));
            for (int at = 0; at < 96; at++)
            {
                IReadOnlyList<int>? expected = _labels[i].Labels[at] == 255 ? null : BuiltInLabelSpaces.Synthia16.Classes[_labels[i].Labels[at]].Color;
                for (int c = 3 * at; c < (3 * at) + 3; c++)
                {
                    Assert.Equal(expected?[c % 3] ?? 0, color.Pixels[c]);
                    Assert.Equal(expected is null ? _photos[i].Pixels[c] : (_photos[i].Pixels[c] + expected[c % 3] + 1) / 2, overlay.Pixels[c]);
                }
            }
        }
    }

    [Fact]
    public async Task Labels_of_another_size_than_the_photo_s_are_laid_over_the_photo_at_theirs()
    {
        LabelMap[] half = [.. _labels.Select(l => ImageResizing.ResizeNearest(l, 6, 4))];
        Store(half);
        RgbImage overlay = Decoded(await _client.GetByteArrayAsync($"{Path}/d?encoding=overlay"));
        Assert.Equal(LabelColorizer.Overlay(ImageResizing.Resize(_photos[2], 6, 4), half[2], BuiltInLabelSpaces.Synthia16).Pixels, overlay.Pixels);
        using HttpResponseMessage first = await _client.GetAsync($"{Path}/d");
        using var again = new HttpRequestMessage(HttpMethod.Get, $"{Path}/d");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using HttpResponseMessage second = await _client.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/d")]
    public async Task Why_there_are_none_is_told(string one)
    {
        string stages = $"/api/v1/training-runs/{_run.Id}/stages";
        await _client.GetAsync($"{stages}/0/pseudo-labels{one}").RefusedAsync(404, "stage-without-pseudo-labels");
        await _client.GetAsync($"{stages}/3/pseudo-labels{one}").RefusedAsync(404, "unknown-stage");
        await _client.GetAsync($"/api/v1/training-runs/{Guid.CreateVersion7()}/stages/1/pseudo-labels{one}").RefusedAsync(404, "run-not-found");
        await _client.GetAsync(Path + one).RefusedAsync(404, "pseudo-labels-not-found");
        Stored.WritePseudoLabels(1, _labels);
        await _client.GetAsync(Path + one).RefusedAsync(404, "pseudo-labels-not-found"); // an attempt that died between
        Store(_labels[1..]);
        await _client.GetAsync(Path + one).RefusedAsync(422, "dataset-changed");
    }

    [Fact]
    public async Task What_is_asked_for_wrongly_is_refused()
    {
        Store(_labels);
        await _client.GetAsync($"{Path}/nobody").RefusedAsync(404, "sample-not-found");
        await _client.GetAsync($"{Path}/d?encoding=jpeg").RefusedAsync(422, "invalid-encoding");
    }

    private void Store(LabelMap[] labels)
    {
        Stored.WritePseudoLabels(1, labels);
        Stored.WritePreparation(1, new StagePreparation([], new ConfidenceHistogram(16).ToRecord(), new CategoryCenters(2, new float[]?[16], new long[16])));
    }

    private static RgbImage Decoded(byte[] png) => new SkiaImageCodec().Decode(png);
}
