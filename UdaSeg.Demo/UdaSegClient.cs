using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using UdaSeg.Domain.Labels;

namespace UdaSeg.Demo;

/// <summary>The part of the public HTTP interface that the demo uses. Every method throws <see cref="DemoFailure"/> with the service's own words when it refuses.</summary>
internal sealed class UdaSegClient(HttpClient http)
{
    private const string Base = "api/v1";

    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web);

    public async Task<bool> IsReadyAsync(CancellationToken cancel)
    {
        try
        {
            using HttpResponseMessage answer = await http.GetAsync("health/ready", cancel);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // not listening yet
        }
    }

    /// <returns>The id of the label space; the same one again if an earlier demo posted it.</returns>
    public async Task<string> EnsureLabelSpaceAsync(string name, IReadOnlyList<LabelClass> classes, CancellationToken cancel) =>
        (await PostAsync<LabelSpaceAnswer>("label-spaces", new { name, classes }, cancel)).Id;

    /// <param name="labels">Null: the images have no labels.</param>
    public Task<DatasetAnswer> RegisterDatasetAsync(string name, string domain, string path, string labelSpace, string? labels, CancellationToken cancel) =>
        PostAsync<DatasetAnswer>("datasets", new { name, domain, layout = "folder", path, labelSpace, images = "images", labels }, cancel);

    public Task<DatasetAnswer> GetDatasetAsync(string id, CancellationToken cancel) => GetAsync<DatasetAnswer>($"datasets/{id}", cancel);

    public Task<RunAnswer> SubmitRunAsync(RunRequest request, CancellationToken cancel) => PostAsync<RunAnswer>("training-runs", request, cancel);

    public Task<RunAnswer> GetRunAsync(string id, CancellationToken cancel) => GetAsync<RunAnswer>($"training-runs/{id}", cancel);

    public Task<EvaluationAnswer> EvaluateAsync(string checkpoint, string dataset, CancellationToken cancel) =>
        PostAsync<EvaluationAnswer>("evaluations", new { checkpoint, dataset }, cancel);

    public Task<EvaluationAnswer> GetEvaluationAsync(string id, CancellationToken cancel) => GetAsync<EvaluationAnswer>($"evaluations/{id}", cancel);

    /// <returns>The whole answer as JSON, with what the demo does not read itself.</returns>
    public async Task<byte[]> GetEvaluationReportAsync(string id, CancellationToken cancel)
    {
        using HttpResponseMessage answer = await http.GetAsync($"{Base}/evaluations/{id}", cancel);
        await ThrowIfRefusedAsync(answer, cancel);
        return await answer.Content.ReadAsByteArrayAsync(cancel);
    }

    /// <summary>Points an alias at a checkpoint; <c>default</c> is what segments when no checkpoint is named.</summary>
    public async Task PointAliasAsync(string alias, string checkpoint, CancellationToken cancel)
    {
        using HttpResponseMessage answer = await http.PutAsJsonAsync($"{Base}/checkpoint-aliases/{alias}", new { checkpoint }, Json, cancel);
        await ThrowIfRefusedAsync(answer, cancel);
    }

    /// <summary>A run's events as they come; ends when the service closes the stream.</summary>
    /// <param name="lastEventId">What came after it is sent again; null: from the start.</param>
    public async IAsyncEnumerable<SseItem<string>> EventsAsync(string run, string? lastEventId, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Base}/training-runs/{run}/events");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
        using HttpResponseMessage answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        await ThrowIfRefusedAsync(answer, cancel);
        await using Stream stream = await answer.Content.ReadAsStreamAsync(cancel);
        await foreach (SseItem<string> item in SseParser.Create(stream).EnumerateAsync(cancel)) yield return item;
    }

    /// <param name="encoding"><c>index</c>, <c>color</c> or <c>overlay</c>.</param>
    /// <returns>A PNG of the image's size.</returns>
    public async Task<byte[]> SegmentAsync(string checkpoint, byte[] png, string encoding, CancellationToken cancel)
    {
        using ByteArrayContent body = Image(png);
        using HttpResponseMessage answer = await http.PostAsync($"{Base}/segmentations?checkpoint={checkpoint}&encoding={encoding}", body, cancel);
        await ThrowIfRefusedAsync(answer, cancel);
        return await answer.Content.ReadAsByteArrayAsync(cancel);
    }

    /// <returns>The source aligned to the reference, as PNG, and the γ that was applied to its lightness.</returns>
    public async Task<(byte[] Png, string? Gamma)> AlignAsync(byte[] source, byte[] reference, CancellationToken cancel)
    {
        using var form = new MultipartFormDataContent { { Image(source), "source", "source.png" }, { Image(reference), "reference", "reference.png" } };
        using HttpResponseMessage answer = await http.PostAsync($"{Base}/alignments", form, cancel);
        await ThrowIfRefusedAsync(answer, cancel);
        string? gamma = answer.Headers.TryGetValues("X-Gamma", out IEnumerable<string>? values) ? values.First() : null;
        return (await answer.Content.ReadAsByteArrayAsync(cancel), gamma);
    }

    private static ByteArrayContent Image(byte[] png) => new(png) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };

    private async Task<T> GetAsync<T>(string path, CancellationToken cancel)
    {
        using HttpResponseMessage answer = await http.GetAsync($"{Base}/{path}", cancel);
        return await ReadAsync<T>(answer, cancel);
    }

    private async Task<T> PostAsync<T>(string path, object body, CancellationToken cancel)
    {
        using HttpResponseMessage answer = await http.PostAsJsonAsync($"{Base}/{path}", body, Json, cancel);
        return await ReadAsync<T>(answer, cancel);
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage answer, CancellationToken cancel)
    {
        await ThrowIfRefusedAsync(answer, cancel);
        return await answer.Content.ReadFromJsonAsync<T>(Json, cancel) ?? throw new DemoFailure($"{answer.RequestMessage?.RequestUri} answered nothing.");
    }

    private static async Task ThrowIfRefusedAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        if (answer.IsSuccessStatusCode) return;
        string what = $"{answer.RequestMessage?.Method} {answer.RequestMessage?.RequestUri?.PathAndQuery} was answered {(int)answer.StatusCode}";
        string body = await answer.Content.ReadAsStringAsync(cancel);
        throw new DemoFailure($"{what}. {Explain(body)}");
    }

    private static string Explain(string body)
    {
        try
        {
            return JsonSerializer.Deserialize<Problem>(body, Json)?.ToString() ?? body;
        }
        catch (JsonException)
        {
            return body;
        }
    }
}

/// <param name="Source">Ids of data sets, like <paramref name="Target"/> and <paramref name="Evaluation"/>.</param>
internal sealed record RunRequest(string Name, string Source, string Target, string Evaluation, string LabelSpace, string Preset, JsonObject Options);
