using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using UdaSeg.Api.Requests;
using UdaSeg.Api.Segmentations;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Api.Tests.Torch;
using UdaSeg.Demo.Scenes;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Serving;
using UdaSeg.Infrastructure.Serving.Engines;
using UdaSeg.Infrastructure.Settings;
using Xunit;

namespace UdaSeg.Api.Tests.Serving;

/// <summary>Real checkpoints behind the pool and the endpoints.</summary>
[Collection(nameof(TorchCollection))]
public sealed class ServedModelTests
{
    private static readonly SkiaImageCodec Codec = new();
    private static readonly byte[] Small = Codec.Encode(SceneRenderer.Render(SceneDomain.Camera, 0, 1, 96, 64).Image, ImageFormat.Jpeg);

    [Fact]
    public async Task An_alias_is_switched_under_load_without_a_failed_request()
    {
        await using var api = new ApiFactory();
        Checkpoint[] checkpoints = [.. new long[] { 3, 4 }.Select(seed => TinyNetwork.Publish(api, TinyNetwork.File(TinyNetwork.Tensors(seed))))];
        using HttpClient client = api.CreateClient(new WebApplicationFactoryClientOptions { BaseAddress = new Uri("http://localhost") });
        CancellationToken cancel = TestContext.Current.CancellationToken;
        await SwitchAsync(checkpoints[0]);
        using var stop = new CancellationTokenSource();
        var answered = new System.Collections.Concurrent.ConcurrentBag<(HttpStatusCode Status, string? By)>();
        Task[] load = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(AskAsync, cancel))];
        for (int i = 1; i <= 8; i++)
        {
            int before = answered.Count;
            await SwitchAsync(checkpoints[i % 2]);
            await Eventually.GetAsync(() => Task.FromResult(answered.Count), count => count > before + 2);
        }

        await stop.CancelAsync();
        await Task.WhenAll(load);
        Assert.All(answered, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.Equal(checkpoints.Select(c => $"{c.Id}").Order(), answered.Select(a => a.By).Distinct().Order());

        async Task SwitchAsync(Checkpoint to) =>
            Assert.Equal(HttpStatusCode.OK, (await client.PutAsJsonAsync("/api/v1/checkpoint-aliases/default", new { checkpoint = to.Id }, cancel)).StatusCode);

        async Task AskAsync()
        {
            while (!stop.IsCancellationRequested)
            {
                using HttpResponseMessage answer = await client.PostAsync("/api/v1/segmentations", ResourceHost.Image(Small, "image/jpeg"), cancel);
                answered.Add((answer.StatusCode, answer.Headers.TryGetValues("X-Checkpoint", out IEnumerable<string>? id) ? id.Single() : null));
            }
        }
    }

    [Theory]
    [InlineData("image/png", "index", "")]
    [InlineData("image/png", "overlay", "")]
    [InlineData("application/json", "index", "confidence")]
    public void A_request_leaves_no_large_object_behind(string type, string encoding, string include)
    {
        using var folder = new TempFolder();
        var store = new FileArtifactStore(folder.Path);
        byte[] weights = TinyNetwork.File(TinyNetwork.Tensors(3));
        store.Write("weights", stream => stream.Write(weights));
        Checkpoint checkpoint = Samples.Checkpoint(key: "weights") with { Manifest = TinyNetwork.Manifest(weights) };
        var settings = new UdaSegSettings { DataRoot = folder.Path, Engine = EngineNames.Float32, Threads = 1 };
        using var pool = new SegmenterPool(
            new SegmenterLoader(store, settings, new EngineFactory(settings), new TrustingCheck(), new EngineMemory(null), NullLogger<SegmenterLoader>.Instance), (_, _) => Task.FromResult<Checkpoint?>(null), 1);
        var work = new SegmentationWork(pool, Codec);
        byte[] file = Codec.Encode(SceneRenderer.Render(SceneDomain.Camera, 0, 1, 512, 320).Image, ImageFormat.Jpeg); // 480 KB of pixels
        var wanted = new SegmentationRequest(type, Enum.Parse<MaskEncoding>(encoding, ignoreCase: true), include.Length > 0, false, false);
        void Once() => work.Run(file, checkpoint, wanted, new LimitSettings(), new ServerTiming(TestMeter.Unread, "segment")).Dispose();
        for (int i = 0; i < 5; i++) Once();

        const int requests = 20, smallestLargeObject = 85_000;
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = 0; i < requests; i++) Once();
        Assert.InRange((GC.GetTotalAllocatedBytes(precise: true) - before) / requests, 1, smallestLargeObject);
    }
}
