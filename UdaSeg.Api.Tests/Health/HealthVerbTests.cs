using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using UdaSeg.Api.Health;
using Xunit;

namespace UdaSeg.Api.Tests.Health;

public sealed class HealthVerbTests
{
    [Theory]
    [InlineData(200, "", 0)]
    [InlineData(503, "", 1)]
    [InlineData(503, "/health/live", 0)]
    public async Task Its_exit_code_is_the_server_s_answer(int ready, string path, int expected)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using WebApplication app = builder.Build();
        app.MapGet("/health/ready", () => Results.Text("told", statusCode: ready));
        app.MapGet("/health/live", () => Results.Text("told"));
        await app.StartAsync(TestContext.Current.CancellationToken);
        using StringWriter output = new();

        Assert.Equal(expected, HealthVerb.Run(app.Urls.Single() + path, output, TextWriter.Null));
        Assert.Contains("told", output.ToString());
    }

    [Theory]
    [InlineData("http://127.0.0.1:1", 1)]
    [InlineData("nonsense", 2)]
    [InlineData("file:///etc/passwd", 2)]
    public void Without_a_server_it_says_so_and_fails(string url, int expected)
    {
        using StringWriter faults = new();

        Assert.Equal(expected, HealthVerb.Run(url, TextWriter.Null, faults));
        Assert.NotEmpty(faults.ToString());
    }
}
