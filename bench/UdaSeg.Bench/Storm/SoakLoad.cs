using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Imaging;

namespace UdaSeg.Bench.Storm;

/// <summary>Clients that go on until they are told to stop. Each counts what it did; any other answer than the expected one is a fault.</summary>
internal sealed class SoakLoad(HttpClient client, string source, string target, string checkpoint)
{
    private const string Api = "/api/v1";

    private readonly byte[] _png = new SkiaImageCodec().Encode(StormWorld.Picture(192, 128, 5), ImageFormat.Png);

    public ConcurrentDictionary<string, int> Done { get; } = new();

    public ConcurrentQueue<string> Faults { get; } = new();

    public Task[] Start(CancellationToken over) =>
    [
        LoopAsync("segmentations", SegmentAsync, over), LoopAsync("alignments", AlignAsync, over), LoopAsync("runs submitted, watched and cancelled", RunOnceAsync, over),
        LoopAsync("downloads in pieces", DownloadAsync, over), LoopAsync("lists", ListAsync, over),
    ];

    private async Task LoopAsync(string what, Func<Task> once, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            try
            {
                await once();
                Done.AddOrUpdate(what, 1, (_, n) => n + 1);
            }
            catch (Exception fault) when (fault is HttpRequestException or InvalidOperationException or OperationCanceledException or JsonException)
            {
                Faults.Enqueue($"{what}: {fault.Message}");
            }
        }
    }

    private async Task SegmentAsync()
    {
        using HttpContent body = Image();
        using HttpResponseMessage answer = await client.PostAsync($"{Api}/segmentations", body);
        await ExpectAsync(answer, HttpStatusCode.OK);
    }

    private async Task AlignAsync()
    {
        using var form = new MultipartFormDataContent { { Image(), "source", "a.png" }, { Image(), "reference", "b.png" } };
        using HttpResponseMessage answer = await client.PostAsync($"{Api}/alignments", form);
        await ExpectAsync(answer, HttpStatusCode.OK);
    }

    private async Task RunOnceAsync()
    {
        var request = new { name = "soak", source = new[] { source }, target, preset = "tiny" };
        using HttpResponseMessage created = await client.PostAsJsonAsync($"{Api}/training-runs", request);
        string id = JsonDocument.Parse(await ExpectAsync(created, HttpStatusCode.Accepted)).RootElement.GetProperty("id").GetString()!;
        using (HttpResponseMessage events = await client.GetAsync($"{Api}/training-runs/{id}/events", HttpCompletionOption.ResponseHeadersRead))
        using (Stream stream = await events.Content.ReadAsStreamAsync())
        {
            await stream.ReadAtLeastAsync(new byte[200], 200, throwOnEndOfStream: false); // and then it hangs up
        }

        await Task.Delay(TimeSpan.FromSeconds(1));
        using HttpResponseMessage cancelled = await client.PostAsJsonAsync($"{Api}/training-runs/{id}/cancel", new { mode = "now" });
        if (cancelled.StatusCode != HttpStatusCode.Conflict) await ExpectAsync(cancelled, HttpStatusCode.Accepted); // it may have ended by itself
        while (!await HasEndedAsync(id)) await Task.Delay(200);
    }

    private async Task<bool> HasEndedAsync(string id) =>
        JsonDocument.Parse(await client.GetStringAsync($"{Api}/training-runs/{id}")).RootElement.GetProperty("status").GetString() is "cancelled" or "failed" or "succeeded";

    private async Task DownloadAsync()
    {
        for (int from = 0; from < 4 << 20; from += 1 << 20)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{Api}/checkpoints/{checkpoint}/weights");
            request.Headers.Range = new RangeHeaderValue(from, from + (1 << 20) - 1);
            using HttpResponseMessage answer = await client.SendAsync(request);
            await ExpectAsync(answer, HttpStatusCode.PartialContent);
        }
    }

    private async Task ListAsync()
    {
        foreach (string list in (string[])["training-runs?limit=20", "datasets", "checkpoints", "limits", $"datasets/{source}/samples/1/overlay"])
        {
            using HttpResponseMessage answer = await client.GetAsync($"{Api}/{list}");
            await ExpectAsync(answer, HttpStatusCode.OK);
        }

        await Task.Delay(50);
    }

    private static async Task<string> ExpectAsync(HttpResponseMessage answer, HttpStatusCode expected)
    {
        string text = await answer.Content.ReadAsStringAsync();
        return answer.StatusCode == expected ? text : throw new InvalidOperationException($"{(int)answer.StatusCode} {text[..Math.Min(200, text.Length)]}");
    }

    private ByteArrayContent Image()
    {
        var content = new ByteArrayContent(_png);
        content.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        return content;
    }
}
