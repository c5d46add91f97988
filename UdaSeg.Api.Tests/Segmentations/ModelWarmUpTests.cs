using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using UdaSeg.Api.Segmentations;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Infrastructure.Serving;
using UdaSeg.Infrastructure.Settings;
using Xunit;

namespace UdaSeg.Api.Tests.Segmentations;

public sealed class ModelWarmUpTests
{
    private readonly StripeLoader _loader = new();

    [Fact]
    public async Task The_server_is_not_ready_before_the_default_model_is_loaded()
    {
        Checkpoint checkpoint = TestCheckpoints.Create();
        using SegmenterPool pool = Pool(checkpoint);
        using ModelWarmUp warmUp = new(Settings(ServerRole.All), pool, Lookup(checkpoint), NullLogger<ModelWarmUp>.Instance);
        var check = new ModelCheck(warmUp);
        _loader.Open.Reset();
        await warmUp.StartAsync(TestContext.Current.CancellationToken);
        Assert.NotNull(await check.CheckAsync(TestContext.Current.CancellationToken));
        _loader.Open.Set();
        await warmUp.ExecuteTask!;
        Assert.Null(await check.CheckAsync(TestContext.Current.CancellationToken));
        Assert.Equal([checkpoint.Id], pool.Loaded);
    }

    [Fact]
    public async Task It_is_ready_without_a_model_and_with_one_that_cannot_be_loaded()
    {
        _loader.Fault = new InvalidDataException("broken");
        foreach (Checkpoint? checkpoint in (Checkpoint?[])[null, TestCheckpoints.Create()])
        {
            using SegmenterPool pool = Pool(checkpoint);
            using ModelWarmUp warmUp = new(Settings(ServerRole.All), pool, Lookup(checkpoint), NullLogger<ModelWarmUp>.Instance);
            await warmUp.StartAsync(TestContext.Current.CancellationToken);
            await warmUp.ExecuteTask!;
            Assert.Null(await new ModelCheck(warmUp).CheckAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task A_worker_loads_none()
    {
        Checkpoint checkpoint = TestCheckpoints.Create();
        using SegmenterPool pool = Pool(checkpoint);
        using ModelWarmUp warmUp = new(Settings(ServerRole.Worker), pool, Lookup(checkpoint), NullLogger<ModelWarmUp>.Instance);
        await warmUp.StartAsync(TestContext.Current.CancellationToken);
        await warmUp.ExecuteTask!;
        Assert.Empty(pool.Loaded);
        Assert.Null(await new ModelCheck(warmUp).CheckAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Readiness_names_the_model()
    {
        using ResourceHost host = new();
        JsonElement ready = await Eventually.GetAsync(
            async () => await (await host.SendAsync(HttpMethod.Get, "/health/ready")).JsonAsync(), answer => answer.Text("status") == "ready");
        Assert.Contains(ready.GetProperty("checks").EnumerateArray(), check => check.Text("name") == "model");
    }

    private static UdaSegSettings Settings(ServerRole role) => new() { Role = role };

    private SegmenterPool Pool(Checkpoint? checkpoint) => new(_loader, Lookup(checkpoint), capacity: 2);

    private static CheckpointLookup Lookup(Checkpoint? checkpoint) => (_, _) => Task.FromResult(checkpoint);
}
