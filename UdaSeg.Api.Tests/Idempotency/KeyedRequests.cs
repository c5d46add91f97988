using System.Net.Http.Json;
using System.Text.Json;
using UdaSeg.Api.Tests.Support;
using Xunit;

namespace UdaSeg.Api.Tests.Idempotency;

internal static class KeyedRequests
{
    public static Task<HttpResponseMessage> SendKeyedAsync(this HttpClient client, string path, object body, params string[] keys) =>
        client.SendKeyedAsync(path, body, keys, TestContext.Current.CancellationToken);

    public static async Task<HttpResponseMessage> SendKeyedAsync(this HttpClient client, string path, object body, string[] keys, CancellationToken cancel)
    {
        using HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body as HttpContent ?? JsonContent.Create(body) }
            .With("Idempotency-Key", keys);
        return await client.SendAsync(request, cancel);
    }

    public static bool IsReplayed(this HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Idempotent-Replayed", out IEnumerable<string>? said) && said.Single() == "true";

    /// <summary>Both must have the same status, address and bytes; the second must say what it is.</summary>
    public static async Task<JsonElement> SameAsync(HttpResponseMessage first, HttpResponseMessage second)
    {
        byte[] body = await first.BytesAsync();
        Assert.InRange((int)first.StatusCode, 200, 299);
        Assert.Equal(
            (first.StatusCode, first.Headers.Location, first.Content.Headers.ContentType),
            (second.StatusCode, second.Headers.Location, second.Content.Headers.ContentType));
        Assert.Equal(body, await second.BytesAsync());
        Assert.Equal((false, true), (first.IsReplayed(), second.IsReplayed()));
        return JsonDocument.Parse(body).RootElement;
    }
}
