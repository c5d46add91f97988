using UdaSeg.Api.Tests.Support;
using Xunit;

namespace UdaSeg.Api.Tests.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class PostgresDashboardTests(PostgresCluster cluster)
{
    [Fact]
    public async Task A_server_that_works_on_no_jobs_shows_those_of_all_and_not_where_they_lie()
    {
        string database = cluster.NewDatabase();
        using ResourceHost host = new() { Settings = { ["UdaSeg:Database"] = database, ["UdaSeg:Role"] = "Api" } };
        HttpResponseMessage page = await host.SendAsync(HttpMethod.Get, "/hangfire/servers");
        string text = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(200, (int)page.StatusCode);
        Assert.Contains("UdaSeg jobs", text);
        Assert.DoesNotContain("PostgreSql", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(database.Split("Database=")[1].Split(';')[0], text);
    }
}
