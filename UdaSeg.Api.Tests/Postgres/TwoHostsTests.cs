using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Npgsql;
using UdaSeg.Api.Tests.Faults;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Infrastructure.Settings;
using Xunit;

namespace UdaSeg.Api.Tests.Postgres;

/// <summary>The API on one host and the worker on another, which share a database and a bucket, and no disk but that of the data sets.</summary>
[Collection(PostgresCollection.Name)]
public sealed class TwoHostsTests(PostgresCluster cluster, LoopbackS3 s3) : IClassFixture<LoopbackS3>
{
    [Fact]
    public async Task A_run_of_one_host_is_watched_evaluated_and_served_from_the_other()
    {
        using var bench = new FaultBench();
        using var hosts = new TwoHosts();
        TestContext.Current.TestOutputHelper!.WriteLine(hosts.IsReal ? "two network namespaces" : "no right to make network namespaces: two data roots on one host");
        string database = cluster.NewDatabase();
        S3Settings bucket = s3.NewBucket();
        await using ServerProcess api = Server(bench, hosts, 0, "api", database, bucket), worker = Server(bench, hosts, 1, "worker", database, bucket);
        await api.StartAsync();
        await worker.StartAsync();
        using HttpClient client = api.Client;
        await bench.PrepareAsync(client);
        Guid run = await bench.SubmitAsync(client, "far away", coarse: 12, stage: 6);
        JsonElement ended = await FaultBench.UntilAsync(() => api.Client, run, FaultBench.Succeeded);
        Assert.Equal(3, (await FaultBench.EventsAsync(client, run)).Count(e => e.Kind == "checkpoint"));
        Assert.Equal(3, (await FaultBench.ResultsAsync(client, run)).Count);
        string checkpoint = ended.GetProperty("checkpoints")[2].Text("id")!;

        byte[] weights = await client.GetByteArrayAsync($"/api/v1/checkpoints/{checkpoint}/weights", TestContext.Current.CancellationToken);
        string digest = (await client.GetJsonAsync($"/api/v1/checkpoints/{checkpoint}")).GetProperty("manifest").Text("digest")!;
        Assert.Equal(digest, Convert.ToHexStringLower(SHA256.HashData(weights)));
        Assert.Equal("finished", (await client.GetJsonAsync($"/api/v1/training-runs/{run}/stages/2")).Text("state"));
        await SegmentAsync(client, bench, checkpoint);
        foreach (string host in new[] { "api", "worker" }) Assert.False(Directory.Exists(bench.Sub($"{host}/artifacts")), $"{host} keeps artifacts of its own.");
    }

    private static async Task SegmentAsync(HttpClient client, FaultBench bench, string checkpoint)
    {
        using var body = new ByteArrayContent(await File.ReadAllBytesAsync(bench.Sub("sets/camera/images/000.png"), TestContext.Current.CancellationToken));
        body.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        using HttpResponseMessage mask = await client.PostAsync($"/api/v1/segmentations?checkpoint={checkpoint}", body, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, mask.StatusCode);
    }

    private static ServerProcess Server(FaultBench bench, TwoHosts hosts, int host, string role, string database, S3Settings bucket)
    {
        var reached = new NpgsqlConnectionStringBuilder(database);
        reached.Host = hosts.Reach(host, reached.Port);
        var endpoint = new UriBuilder(bucket.Endpoint);
        endpoint.Host = hosts.Reach(host, endpoint.Port);
        Dictionary<string, string> settings = bench.Settings(
            role,
            ("UdaSeg:Database", reached.ToString()),
            ("UdaSeg:Artifacts:S3:Endpoint", endpoint.Uri.GetLeftPart(UriPartial.Authority)),
            ("UdaSeg:Artifacts:S3:Bucket", bucket.Bucket),
            ("UdaSeg:Artifacts:S3:AccessKey", bucket.AccessKey),
            ("UdaSeg:Artifacts:S3:SecretKey", bucket.SecretKey));
        return new ServerProcess(role, bench.Folder, settings, role) { Wrapper = hosts.On(host) };
    }
}
