using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CsCheck;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Images;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Imaging.Datasets;
using Xunit;

namespace UdaSeg.Api.Tests.TrainingRuns;

public sealed class EvaluationLeakTests : IAsyncDisposable
{
    private const string Runs = "/api/v1/training-runs";
    private readonly ApiFactory _api = new();

    private HttpClient Client => field ??= _api.CreateClient();

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task Images_of_a_source_in_the_evaluation_are_refused_unless_that_is_meant()
    {
        JsonElement source = await SetAsync("source", "source", 1, 2, 3), target = await SetAsync("target", "target", 4, 5);
        JsonElement truth = await SetAsync("truth", "target", 3, 2, 5, 6);
        JsonElement problem = await Client.PostAsJsonAsync(Runs, Body(source, target, truth)).RefusedAsync(422, "evaluation-leak");
        Assert.Contains("shares 2 images with the labelled source set 'source'", problem.Text("detail"));
        Assert.True(problem.GetProperty("errors").TryGetProperty("evaluation", out _));

        JsonElement run = await Client.PostAsync(Runs, Body(source, target, truth, allow: true), HttpStatusCode.Accepted);
        Assert.Equal(
            [
                "The evaluation set 'truth' shares 2 images with the labelled source set 'source'.",
                "The evaluation set 'truth' shares 1 image with the target set 'target'.",
            ],
            Warnings(await Client.GetJsonAsync($"{Runs}/{run.Id()}")));
        await Client.PostAsJsonAsync(Runs, Body(source, target, source)).RefusedAsync(422, "evaluation-leak");
    }

    [Fact]
    public async Task Images_of_the_target_in_the_evaluation_are_a_warning_and_none_in_common_is_none()
    {
        JsonElement source = await SetAsync("source", "source", 1, 2), target = await SetAsync("target", "target", 4, 5);
        JsonElement same = await Client.PostAsync(Runs, Body(source, target, target), HttpStatusCode.Accepted);
        Assert.Equal(["The evaluation set 'target' shares 2 images with the target set 'target'."], Warnings(same));
        JsonElement apart = await Client.PostAsync(Runs, Body(source, target, await SetAsync("truth", "target", 7)), HttpStatusCode.Accepted);
        Assert.Empty(Warnings(apart));
    }

    [Fact]
    public async Task A_report_names_the_sets_that_share_images_until_they_are_forgotten()
    {
        JsonElement first = await SetAsync("first", "target", 1, 2, 3);
        Assert.Empty(Warnings(first.GetProperty("report")));
        JsonElement second = await SetAsync("second", "target", 9, 2, 3);
        Assert.Equal([$"The data set 'first' ({first.Id()}) has 2 of the same images."], Warnings(second.GetProperty("report")));
        foreach (JsonElement set in (JsonElement[])[first, second]) (await Client.DeleteAsync($"/api/v1/datasets/{set.Id()}")).EnsureSuccessStatusCode();
        Assert.Empty(Warnings((await SetAsync("third", "target", 1, 2)).GetProperty("report")));
        Assert.Single(Directory.GetFiles(_api.DataRoot, "image-digests.bin", SearchOption.AllDirectories));
    }

    [Fact]
    public void Common_digests_are_counted_as_sets_are_intersected()
    {
        Gen<byte[][]> digests = Gen.Int[0, 30].Select(i => Enumerable.Repeat((byte)i, 32).ToArray()).Array[0, 20];
        Gen.Select(digests, digests).Sample((a, b) =>
        {
            int expected = a.Select(d => d[0]).Intersect(b.Select(d => d[0])).Count();
            Assert.Equal(expected, SharedImages.CountCommon(Sorted(a), Sorted(b)));
        });
        static byte[] Sorted(byte[][] digests) => [.. digests.DistinctBy(d => d[0]).OrderBy(d => d[0]).SelectMany(d => d)];
    }

    private static string?[] Warnings(JsonElement json) => [.. json.GetProperty("warnings").EnumerateArray().Select(w => w.GetString())];

    private static object Body(JsonElement source, JsonElement target, JsonElement evaluation, bool allow = false) =>
        new { name = "a run", source = source.Id(), target = target.Id(), evaluation = evaluation.Id(), preset = "tiny", allowLeakage = allow };

    private async Task<JsonElement> SetAsync(string name, string domain, params int[] seeds)
    {
        for (int i = 0; i < seeds.Length; i++)
        {
            Write($"{name}/images/{i}.png", ResourceHost.Png(12, 8, seeds[i]));
            Write($"{name}/labels/{i}.png", PngLabelCodec.WriteGrey(new LabelMap(12, 8))); // all labels alike: only images count
        }

        JsonElement set = await Client.PostAsync("/api/v1/datasets", new { name, domain, path = name }, HttpStatusCode.Accepted);
        set = await Eventually.GetAsync(() => Client.GetJsonAsync($"/api/v1/datasets/{set.Id()}"), s => s.Text("status") != "validating");
        Assert.Equal("ready", set.Text("status"));
        return set;
    }

    private void Write(string path, byte[] file)
    {
        string full = Path.Combine(_api.DatasetRoot, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, file);
    }
}
