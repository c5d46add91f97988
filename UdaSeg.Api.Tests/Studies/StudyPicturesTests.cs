using System.Net;
using System.Text.Json;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.Studies;

public sealed class StudyPicturesTests : IAsyncLifetime
{
    private ShownStudy _shown = null!;

    private HttpClient Client => _shown.Client;

    private string Path => _shown.Path;

    public async ValueTask InitializeAsync() => _shown = await ShownStudy.StartAsync();

    public ValueTask DisposeAsync() => _shown.DisposeAsync();

    [Fact]
    public async Task The_list_names_the_images_the_models_and_where_each_picture_is()
    {
        (Guid checkpoint, _) = _shown.Finish(arm: 0, seed: 1, number: 3);
        JsonElement list = await Client.GetJsonAsync(Path);
        Assert.Equal(_shown.Images.Id, list.Id("dataset"));
        Assert.Equal("road", list.GetProperty("classes")[0].Text("name"));
        JsonElement first = list.GetProperty("arms")[0], second = list.GetProperty("arms")[1];
        Assert.Equal(
            ("aligned", 5, checkpoint, StudyBench.RunOf(_shown.Study, 0, 1)),
            (first.Text("name"), first.GetProperty("seed").GetInt32(), first.Id("checkpoint"), first.Id("run")));
        Assert.Equal((0.3, false), (first.GetProperty("miou").GetDouble(), first.GetProperty("pending").GetBoolean()));
        Assert.Equal(("plain", true), (second.Text("name"), second.GetProperty("pending").GetBoolean()));
        Assert.All(new[] { "run", "seed", "checkpoint", "miou" }, member => Assert.Equal(JsonValueKind.Null, second.GetProperty(member).ValueKind));
        JsonElement[] images = [.. list.GetProperty("images").EnumerateArray()];
        Assert.Equal(ShownStudy.Shown, images.Select(i => i.Text("sample")));
        Assert.All(images, i => Assert.Equal((ShownStudy.Width, ShownStudy.Height), (i.GetProperty("width").GetInt32(), i.GetProperty("height").GetInt32())));
        foreach (JsonElement image in images)
        {
            string[] links = [image.Text("photo")!, image.Text("truth")!, image.GetProperty("predictions")[0].GetString()!];
            foreach (string link in links) Assert.NotEmpty(await Client.GetByteArrayAsync(link));
            await Client.GetAsync(image.GetProperty("predictions")[1].GetString()).RefusedAsync(409, "arm-without-model");
        }
    }

    [Fact]
    public async Task Each_picture_is_of_its_image_and_its_arm()
    {
        _shown.Finish(arm: 0, seed: 0, number: 1);
        _shown.Finish(arm: 1, seed: 0, number: 4);
        foreach ((int place, string name) in ShownStudy.Shown.Index())
        {
            int image = ShownStudy.IndexOf(name);
            RgbImage photo = new SkiaImageCodec().Decode(await Client.GetByteArrayAsync($"{Path}/{place}/photo"));
            Assert.Equal((ShownStudy.Width, ShownStudy.Height), (photo.Width, photo.Height));
            Assert.All(photo.Pixels, p => Assert.InRange(p, (7 * image) - 2, (7 * image) + 2));
            Assert.Equal(image, ShownStudy.ClassOf(await Client.GetByteArrayAsync($"{Path}/{place}/truth")));
            Assert.Equal(((7 * image) + 1) % 16, ShownStudy.ClassOf(await Client.GetByteArrayAsync($"{Path}/{place}/arms/0")));
            Assert.Equal(((7 * image) + 4) % 16, ShownStudy.ClassOf(await Client.GetByteArrayAsync($"{Path}/{place}/arms/1")));
        }

        // In the colours of the label space: a reader needs no key of numbers.
        Assert.Equal(0x804080, PngLabelCodec.Read(await Client.GetByteArrayAsync($"{Path}/0/truth")).Palette[0]);
    }

    [Fact]
    public async Task A_picture_is_no_wider_than_asked_for_and_keeps_its_form()
    {
        _shown.Finish(arm: 0, seed: 0, number: 1);
        foreach (string what in new[] { "truth", "arms/0" })
        {
            LabelFile small = PngLabelCodec.Read(await Client.GetByteArrayAsync($"{Path}/1/{what}?width=20"));
            LabelFile wide = PngLabelCodec.Read(await Client.GetByteArrayAsync($"{Path}/1/{what}?width=400"));
            Assert.Equal((20, 12, 40, 24), (small.Width, small.Height, wide.Width, wide.Height));
        }

        RgbImage photo = new SkiaImageCodec().Decode(await Client.GetByteArrayAsync($"{Path}/1/photo?width=20"));
        Assert.Equal((20, 12), (photo.Width, photo.Height));
    }

    /// <summary>Seeds come in their order, whichever ended first; a run that has not succeeded, or whose result is gone, is passed over.</summary>
    [Fact]
    public async Task An_arm_is_shown_by_its_first_seed_that_has_a_result()
    {
        (Guid later, _) = _shown.Finish(arm: 0, seed: 1, number: 2);
        _shown.Bench.Begin(StudyBench.RunOf(_shown.Study, 0, 0));
        _shown.Bench.Publish(StudyBench.RunOf(_shown.Study, 0, 0), Samples.Report(), stage: 1);
        Assert.Equal(later, (await Client.GetJsonAsync(Path)).GetProperty("arms")[0].Id("checkpoint"));
        Assert.Equal(2, ShownStudy.ClassOf(await Client.GetByteArrayAsync($"{Path}/0/arms/0")));
        (Guid result, _) = _shown.Bench.Publish(StudyBench.RunOf(_shown.Study, 0, 0), Samples.Report());
        _shown.Loader.Numbers[result] = 9;
        _shown.Bench.Succeed(StudyBench.RunOf(_shown.Study, 0, 0));
        Assert.Equal(9, ShownStudy.ClassOf(await Client.GetByteArrayAsync($"{Path}/0/arms/0")));
        using HttpResponseMessage gone = await Client.DeleteAsync($"/api/v1/checkpoints/{result}");
        Assert.True(gone.IsSuccessStatusCode);
        Assert.Equal(2, ShownStudy.ClassOf(await Client.GetByteArrayAsync($"{Path}/0/arms/0")));
    }

    [Fact]
    public async Task What_the_evaluation_kept_is_shown_and_nothing_computed()
    {
        (_, Guid evaluation) = _shown.Finish(arm: 0, seed: 0, number: 1);
        var kept = new LabelMap(ShownStudy.Width, ShownStudy.Height);
        Array.Fill(kept.Labels, (byte)15);
        byte[] png = PngLabelCodec.WriteIndexed(kept, BuiltInLabelSpaces.Synthia16);
        _shown.Bench.Service<IArtifactStore>().Write(KeptPredictions.KeyOf(evaluation), s => PngArchive.Write(s, [("c", png)]));
        Assert.Equal(15, ShownStudy.ClassOf(await Client.GetByteArrayAsync($"{Path}/1/arms/0")));
        Assert.Equal(0, _shown.Loader.Asked);
        Assert.Equal(1, ShownStudy.ClassOf(await Client.GetByteArrayAsync($"{Path}/0/arms/0")));
        Assert.Equal(1, _shown.Loader.Asked);
    }

    [Fact]
    public async Task A_prediction_is_computed_once_and_not_sent_to_whom_has_it()
    {
        _shown.Finish(arm: 0, seed: 0, number: 1);
        using HttpResponseMessage first = await Client.GetAsync($"{Path}/2/arms/0?width=32");
        Assert.Equal(("image/png", "private, no-cache"), (first.Content.Headers.ContentType?.MediaType, first.Headers.NonValidated["Cache-Control"].ToString()));
        await Client.GetByteArrayAsync($"{Path}/2/arms/0");
        Assert.Equal(1, _shown.Loader.Asked);
        Assert.Equal(HttpStatusCode.NotModified, await StatusAsync($"{Path}/2/arms/0?width=32", first));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync($"{Path}/2/arms/0?width=16", first));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync($"{Path}/3/arms/0?width=32", first));
        Assert.Equal(2, _shown.Loader.Asked);

        // Another image by the same name is another picture.
        await File.WriteAllBytesAsync(_shown.FileOf("d"), ResourceHost.Png(ShownStudy.Width, ShownStudy.Height, seed: 2));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync($"{Path}/2/arms/0?width=32", first));
        Assert.Equal(3, _shown.Loader.Asked);
    }

    [Fact]
    public async Task What_a_reader_has_needs_no_model_any_more()
    {
        _shown.Finish(arm: 0, seed: 0, number: 1);
        foreach (string what in new[] { "photo", "truth" })
        {
            using HttpResponseMessage had = await Client.GetAsync($"{Path}/0/{what}");
            Assert.Equal(HttpStatusCode.NotModified, await StatusAsync($"{Path}/0/{what}", had));
        }

        Assert.Equal(0, _shown.Loader.Asked);
    }

    [Fact]
    public async Task What_is_not_there_is_told_apart()
    {
        _shown.Finish(arm: 0, seed: 0, number: 1);
        string nowhere = $"{StudyBench.Path}/{Guid.CreateVersion7()}/predictions";
        foreach (string part in new[] { "", "/0/photo", "/0/truth", "/0/arms/0" }) await Client.GetAsync(nowhere + part).RefusedAsync(404, "study-not-found");
        foreach (string place in new[] { "6", "-1" })
        {
            foreach (string what in new[] { "photo", "truth", "arms/0" }) await Client.GetAsync($"{Path}/{place}/{what}").RefusedAsync(404, "study-image-not-found");
        }

        await Client.GetAsync($"{Path}/0/arms/2").RefusedAsync(404, "study-arm-not-found");
        await Client.GetAsync($"{Path}/0/arms/-1").RefusedAsync(404, "study-arm-not-found");
        foreach (string width in new[] { "15", "8193", "-40" }) await Client.GetAsync($"{Path}/0/photo?width={width}").RefusedAsync(422, "invalid-width");
        await Client.GetAsync($"{Path}/0/arms/1").RefusedAsync(409, "arm-without-model");
        _shown.Bench.Begin(StudyBench.RunOf(_shown.Study, 1, 0));
        foreach (int seed in new[] { 0, 1 }) _shown.Bench.Service<RunLedger>().Write(StudyBench.RunOf(_shown.Study, 1, seed), now => now.Cancel(Samples.Now));
        await Client.GetAsync($"{Path}/0/arms/1").RefusedAsync(409, "arm-without-model"); // one is asked to stop, and might end before it does
        _shown.Bench.Service<RunLedger>().Write(StudyBench.RunOf(_shown.Study, 1, 0), now => now.Cancelled(Samples.Now));
        await Client.GetAsync($"{Path}/0/arms/1").RefusedAsync(404, "arm-without-model");
    }

    [Fact]
    public async Task Without_the_files_there_is_a_reason_and_no_picture()
    {
        _shown.Finish(arm: 0, seed: 0, number: 1);
        await Client.GetJsonAsync(Path); // the list is kept for a minute
        File.Delete(_shown.FileOf("a"));
        foreach (string what in new[] { "photo", "arms/0" })
        {
            JsonElement problem = await Client.GetAsync($"{Path}/0/{what}").RefusedAsync(422, "dataset-unreadable");
            Assert.DoesNotContain(_shown.Bench.DatasetRoot, problem.GetRawText(), StringComparison.Ordinal);
        }

        await _shown.DeleteImagesAsync();
        await Client.GetAsync(Path).RefusedAsync(404, "dataset-not-found");
    }

    [Fact]
    public async Task A_full_gate_turns_a_prediction_away_and_nothing_else()
    {
        await using ShownStudy small = await ShownStudy.StartAsync(workers: 1, waiting: 0);
        small.Finish(arm: 0, seed: 0, number: 1);
        small.Loader.Open.Reset();
        Task<byte[]> first = small.Client.GetByteArrayAsync($"{small.Path}/0/arms/0");
        await Eventually.Get(() => small.Loader.Asked, asked => asked == 1);
        using HttpResponseMessage second = await small.Client.GetAsync($"{small.Path}/1/arms/0");
        Assert.NotNull(second.Headers.RetryAfter);
        Assert.Equal("queue-full", (await second.JsonAsync(HttpStatusCode.ServiceUnavailable)).Text("code"));
        Assert.Null(second.Headers.ETag);
        Assert.NotEmpty(await small.Client.GetByteArrayAsync($"{small.Path}/1/photo"));
        small.Loader.Open.Set();
        Assert.Equal(1, ShownStudy.ClassOf(await first));
    }

    private async Task<HttpStatusCode> StatusAsync(string path, HttpResponseMessage had)
    {
        using var again = new HttpRequestMessage(HttpMethod.Get, path);
        again.Headers.IfNoneMatch.Add(had.Headers.ETag!);
        using HttpResponseMessage answer = await Client.SendAsync(again);
        return answer.StatusCode;
    }
}
