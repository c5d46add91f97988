using System.Net;
using UdaSeg.Api.Tests.Observability;
using UdaSeg.Api.Tests.Support;
using Xunit;

namespace UdaSeg.Api.Tests.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class WorkerFiguresTests(PostgresCluster cluster)
{
    [Fact]
    public async Task A_worker_tells_its_health_and_its_figures_and_nothing_else()
    {
        using ResourceHost worker = new() { Settings = { ["UdaSeg:Database"] = cluster.NewDatabase(), ["UdaSeg:Role"] = "Worker" } };
        HttpResponseMessage answer = await worker.SendAsync(HttpMethod.Get, "/metrics");
        Exposition read = Exposition.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        Assert.Equal(1, read.Sum("udaseg_database_up"));
        Assert.Equal(7, read.Series.Count(s => s.Name == "udaseg_runs"));
        Assert.Contains("udaseg_queue_length", read.Kinds.Keys);
        Assert.Contains("udaseg_database_failures_total", read.Kinds.Keys);
        Assert.Equal(HttpStatusCode.OK, (await worker.SendAsync(HttpMethod.Get, "/health/live")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await worker.SendAsync(HttpMethod.Get, "/api/v1/limits")).StatusCode);
    }
}
