using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace UdaSeg.Api.Tests.Support;

/// <summary>JSON in and out, as a client without our types sees it.</summary>
internal static class HttpExtensions
{
    public static async Task<JsonElement> GetJsonAsync(this HttpClient client, string path)
    {
        using HttpResponseMessage answer = await client.GetAsync(path);
        return await answer.JsonAsync(HttpStatusCode.OK);
    }

    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage answer, HttpStatusCode expected)
    {
        string body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == expected, $"{(int)answer.StatusCode} instead of {(int)expected}: {body}");
        return JsonElement.Parse(body);
    }

    public static async Task<JsonElement> PostAsync(this HttpClient client, string path, object? body, HttpStatusCode expected)
    {
        using HttpResponseMessage answer = body is null ? await client.PostAsync(path, null) : await client.PostAsJsonAsync(path, body);
        return await answer.JsonAsync(expected);
    }

    /// <summary>The answer must be a problem with this status and code.</summary>
    public static async Task<JsonElement> RefusedAsync(this Task<HttpResponseMessage> pending, int status, string code)
    {
        using HttpResponseMessage answer = await pending;
        JsonElement problem = await answer.JsonAsync((HttpStatusCode)status);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(code, problem.Text("code"));
        return problem;
    }

    public static string? Text(this JsonElement json, string name) => json.GetProperty(name).GetString();

    public static Guid Id(this JsonElement json, string name = "id") => json.GetProperty(name).GetGuid();
}
