using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.Support;

/// <summary>The whole server on a data root of its own, with a fake model loader. Folders under <see cref="Root"/> may be registered.</summary>
internal sealed class ResourceHost : WebApplicationFactory<Requests.WorkGate>
{
    private readonly string _folder = Directory.CreateTempSubdirectory("udaseg-test-").FullName;

    public string Root => Path.Combine(_folder, "datasets");

    /// <summary>Where the service keeps data sets of its own.</summary>
    public string Owned => Path.Combine(_folder, "state", "datasets");

    internal StripeLoader Loader { get; } = new();

    internal Dictionary<string, string> Settings { get; } = [];

    internal Action<IServiceCollection>? More { get; init; }

    internal static SkiaImageCodec Codec { get; } = new();

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        Directory.CreateDirectory(Root);
        builder.UseSetting("UdaSeg:DataRoot", Path.Combine(_folder, "state"));
        if (!Settings.ContainsKey("UdaSeg:DatasetRoots:0")) builder.UseSetting("UdaSeg:DatasetRoots:0", Root);
        foreach ((string key, string value) in Settings) builder.UseSetting(key, value);
        builder.ConfigureLogging(logging => logging.ClearProviders());
        builder.ConfigureTestServices(services =>
        {
            services.AddSingleton<ISegmenterLoader>(Loader);
            More?.Invoke(services);
        });
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing && Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    internal Checkpoint PublishDefault(byte[]? targetStyle = null)
    {
        Checkpoint checkpoint = TestCheckpoints.Create(targetStyle);
        Services.GetRequiredService<CheckpointStore>().Publish(checkpoint);
        Services.GetRequiredService<AliasStore>().TryAdd("default", checkpoint.Id);
        return checkpoint;
    }

    /// <returns>The data set once its validation has ended.</returns>
    internal Task<JsonElement> ValidatedAsync(JsonElement dataset) => Eventually.GetAsync(
        async () => await (await SendAsync(HttpMethod.Get, $"/api/v1/datasets/{dataset.Id()}")).JsonAsync(), d => d.Text("status") != "validating");

    /// <summary>Sends to the in-memory server.</summary>
    internal async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? body = null, string? accept = null)
    {
        using HttpRequestMessage request = new(method, path) { Content = body };
        if (accept is not null) request.Headers.Accept.ParseAdd(accept);
        return await CreateClient().SendAsync(request, TestContext.Current.CancellationToken);
    }

    internal static HttpContent Image(byte[] file, string type = "image/png")
    {
        ByteArrayContent content = new(file);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return content;
    }

    internal static MultipartFormDataContent Form(params (string Name, object Value)[] parts)
    {
        MultipartFormDataContent form = [];
        foreach ((string name, object value) in parts)
        {
            if (value is byte[] file) form.Add(Image(file), name, $"{name}.png");
            else form.Add(new StringContent((string)value), name);
        }

        return form;
    }

    /// <summary>Smooth colours that depend on the seed.</summary>
    internal static RgbImage Picture(int width, int height, int seed)
    {
        RgbImage image = new(width, height);
        for (int i = 0; i < image.Pixels.Length; i++) image.Pixels[i] = (byte)(((i / 3 % width * 3) + (i / 3 / width * 5) + (i % 3 * 40) + (seed * 53)) % 200);
        return image;
    }

    internal static byte[] Png(int width = 12, int height = 8, int seed = 1) => Codec.Encode(Picture(width, height, seed), ImageFormat.Png);
}

internal static class Answers
{
    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;

    public static Task<byte[]> BytesAsync(this HttpResponseMessage answer) => answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);

    /// <returns>The problem, after its form was checked.</returns>
    public static async Task<JsonElement> ProblemAsync(this HttpResponseMessage answer, int status, string code)
    {
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True((HttpStatusCode)status == answer.StatusCode, $"{(int)answer.StatusCode}: {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        JsonElement problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal(code, problem.GetProperty("code").GetString());
        return problem;
    }
}
