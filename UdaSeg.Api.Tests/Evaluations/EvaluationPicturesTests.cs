using System.Net;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.Evaluations;

public sealed class EvaluationPicturesTests : IAsyncLifetime
{
    private readonly ApiFactory _api = new();
    private HttpClient _client = null!;
    private MeasuredSet _set = null!;

    private string Path => $"/api/v1/evaluations/{_set.Evaluation.Id}/samples";

    public async ValueTask InitializeAsync()
    {
        _client = _api.CreateClient();
        _set = await MeasuredSet.MakeAsync(_api);
    }

    public async ValueTask DisposeAsync() => await _api.DisposeAsync();

    [Theory]
    [InlineData(MeasuredSet.Nasty)]
    [InlineData(MeasuredSet.Wide)]
    public async Task A_prediction_is_shown_by_index_by_colour_and_over_the_photo(string name)
    {
        (RgbImage photo, _, LabelMap prediction) = _set.Images[name];
        string path = $"{Path}/{Uri.EscapeDataString(name)}/prediction";
        byte[] kept = await _client.GetByteArrayAsync(path);
        Assert.Equal(prediction.Labels, PngLabelCodec.Read(kept).Values.Select(v => (byte)v));
        Assert.Equal(kept, await _client.GetByteArrayAsync($"{Path}/{name}/prediction?encoding=index")); // slashes as they are
        RgbImage color = Decoded(await _client.GetByteArrayAsync($"{path}?encoding=color"));
        RgbImage overlay = Decoded(await _client.GetByteArrayAsync($"{path}?encoding=overlay"));
        for (int i = 0; i < prediction.Labels.Length; i++)
        {
            IReadOnlyList<int>? expected = prediction.Labels[i] == 255 ? null : MeasuredSet.Space.Classes[prediction.Labels[i]].Color;
            for (int c = 0; c < 3; c++)
            {
                byte seen = photo.Pixels[(3 * i) + c];
                Assert.Equal(expected?[c] ?? 0, color.Pixels[(3 * i) + c]);
                Assert.Equal(expected is null ? seen : (int)Math.Round((seen + expected[c]) / 2.0, MidpointRounding.AwayFromZero), overlay.Pixels[(3 * i) + c]);
            }
        }
    }

    [Fact]
    public async Task The_error_map_leaves_out_what_the_evaluation_left_out()
    {
        (RgbImage photo, LabelMap truth, LabelMap prediction) = _set.Images[MeasuredSet.Wide];
        RgbImage drawn = Decoded(await _client.GetByteArrayAsync($"{Path}/{MeasuredSet.Wide}/error"));
        for (int i = 0; i < truth.Labels.Length; i++)
        {
            byte[] pixel = drawn.Pixels[(3 * i)..((3 * i) + 3)];
            bool red = pixel[0] > pixel[1] + 100, grey = pixel[0] == pixel[1] && pixel[1] == pixel[2];
            Assert.Equal(truth.Labels[i] is 0 or 2 && truth.Labels[i] != prediction.Labels[i], red);
            Assert.Equal(!red, grey);
        }

        Assert.Equal(ErrorMap.Draw(photo, truth, prediction, [true, false, true]).Pixels, drawn.Pixels);
    }

    [Theory]
    [InlineData("prediction", "private, max-age=31536000, immutable")]
    [InlineData("prediction?encoding=overlay", "private, no-cache")]
    [InlineData("error", "private, no-cache")]
    public async Task A_picture_that_the_client_has_is_not_sent_again(string what, string caching)
    {
        string path = $"{Path}/{MeasuredSet.Wide}/{what}";
        using HttpResponseMessage first = await _client.GetAsync(path);
        Assert.Equal(("image/png", caching), (first.Content.Headers.ContentType?.MediaType, first.Headers.NonValidated["Cache-Control"].ToString()));
        using var again = new HttpRequestMessage(HttpMethod.Get, path);
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using HttpResponseMessage second = await _client.SendAsync(again);
        Assert.Equal((HttpStatusCode.NotModified, 0), (second.StatusCode, (await second.Content.ReadAsByteArrayAsync()).Length));
    }

    [Fact]
    public async Task What_is_not_kept_or_not_there_is_told_apart()
    {
        foreach (string what in new[] { "prediction", "error" })
        {
            await _client.GetAsync($"{Path}/{MeasuredSet.Unmeasured}/{what}").RefusedAsync(404, "prediction-not-kept");
            await _client.GetAsync($"/api/v1/evaluations/{Guid.CreateVersion7()}/samples/a/{what}").RefusedAsync(404, "evaluation-not-found");
            foreach (EvaluationStatus status in new[] { EvaluationStatus.Queued, EvaluationStatus.Failed })
            {
                EvaluationRecord other = _set.Evaluation with { Id = Guid.CreateVersion7(), Status = status, Report = null };
                _api.Service<EvaluationStore>().Add(other);
                await _client.GetAsync($"/api/v1/evaluations/{other.Id}/samples/a/{what}").RefusedAsync(409, "evaluation-not-succeeded");
            }
        }

        await _client.GetAsync($"{Path}/a/b/truth").RefusedAsync(404, "no-such-route");
        await _client.GetAsync($"{Path}/{MeasuredSet.Wide}/prediction?encoding=jpeg").RefusedAsync(422, "invalid-encoding");
        EvaluationRecord older = _set.Evaluation with { Id = Guid.CreateVersion7() };
        _api.Service<EvaluationStore>().Add(older);
        await _client.GetAsync($"/api/v1/evaluations/{older.Id}/samples/{MeasuredSet.Wide}/prediction").RefusedAsync(404, "prediction-not-kept");
    }

    [Fact]
    public async Task Without_the_data_set_only_what_needs_it_is_gone()
    {
        string label = System.IO.Path.Combine(_api.DatasetRoot, "set", "labels", MeasuredSet.Wide + ".png");
        await File.WriteAllBytesAsync(label, PngLabelCodec.WriteIndexed(new LabelMap(9, 9), MeasuredSet.Space));
        await _client.GetAsync($"{Path}/{MeasuredSet.Wide}/error").RefusedAsync(422, "sizes-differ");
        File.Delete(label);
        await _client.GetAsync($"{Path}/{MeasuredSet.Wide}/error").RefusedAsync(422, "dataset-unreadable"); // listed a moment ago
        await _api.Service<DatasetStore>().DeleteAsync(_set.Dataset.Id, default);
        await _client.GetAsync($"{Path}/{MeasuredSet.Wide}/error").RefusedAsync(404, "dataset-not-found");
        await _client.GetAsync($"{Path}/{MeasuredSet.Wide}/prediction?encoding=overlay").RefusedAsync(404, "dataset-not-found");
        foreach (string encoding in new[] { "index", "color" })
        {
            Assert.NotEmpty(await _client.GetByteArrayAsync($"{Path}/{MeasuredSet.Wide}/prediction?encoding={encoding}"));
        }
    }

    [Fact]
    public async Task Predictions_go_with_the_checkpoint_and_the_figures_stay()
    {
        using HttpResponseMessage deleted = await _client.DeleteAsync($"/api/v1/checkpoints/{_set.Checkpoint.Id}");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.False(_api.Service<IArtifactStore>().Exists(KeptPredictions.KeyOf(_set.Evaluation.Id)));
        await _client.GetAsync($"{Path}/{MeasuredSet.Wide}/prediction").RefusedAsync(404, "prediction-not-kept");
        Assert.Equal("succeeded", (await _client.GetJsonAsync($"/api/v1/evaluations/{_set.Evaluation.Id}")).Text("status"));
    }

    private static RgbImage Decoded(byte[] png) => new SkiaImageCodec().Decode(png);
}
