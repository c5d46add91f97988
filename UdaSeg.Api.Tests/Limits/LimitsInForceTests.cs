using System.Text.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using UdaSeg.Api.Tests.Security;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Infrastructure.Settings;
using Xunit;

namespace UdaSeg.Api.Tests.Limits;

public sealed class LimitsInForceTests(OpenServer server) : IClassFixture<OpenServer>
{
    [Fact]
    public async Task The_document_says_which_operations_end_in_time()
    {
        JsonElement document = await (await server.Host.SendAsync(HttpMethod.Get, "/swagger/v1/swagger.json")).JsonAsync();
        IEnumerable<string?> timed = document.GetProperty("paths").EnumerateObject().SelectMany(p => p.Value.EnumerateObject())
            .Where(o => o.Value.GetProperty("responses").TryGetProperty("504", out _)).Select(o => o.Value.Text("operationId"));
        Assert.Equal(["alignImage", "getStudyPrediction", "measureDomainGap", "predictForLabelStudio", "segmentForHuggingFace", "segmentImage"], timed.Order());
    }

    [Fact]
    public void Connections_are_limited_as_the_settings_say()
    {
        KestrelServerLimits limits = server.Host.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits;
        Assert.Equal((1000L, 32L << 20), (limits.MaxConcurrentConnections, limits.MaxRequestBodySize));
        Assert.Equal((240.0, 240.0), (limits.MinRequestBodyDataRate!.BytesPerSecond, limits.MinResponseDataRate!.BytesPerSecond));
        Assert.Equal(30, limits.RequestHeadersTimeout.TotalSeconds);
    }

    [Fact]
    public void Work_that_holds_its_threads_leaves_some_to_answer_with()
    {
        LimitSettings limits = server.Host.Services.GetRequiredService<UdaSegSettings>().Limits;
        ThreadPool.GetMinThreads(out int threads, out _);
        Assert.True(threads >= Environment.ProcessorCount + limits.MaxConcurrentSegmentations + limits.MaxConcurrentAlignments, $"{threads}");
    }

    [Theory]
    [InlineData("RequestsPerMinute", "-1")]
    [InlineData("PostsPerMinute", "2000000")]
    [InlineData("RefusedKeysPerMinute", "-1")]
    [InlineData("RequestSeconds", "0")]
    [InlineData("HeaderSeconds", "0")]
    [InlineData("MinBytesPerSecond", "-1")]
    [InlineData("MaxConnections", "-1")]
    public void Limits_that_cannot_work_are_named(string name, string value)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection([new($"UdaSeg:Limits:{name}", value)]).Build();
        string fault = Assert.Single(Assert.Throws<InvalidSettingsException>(() => SettingsReader.Read(configuration)).Faults);
        Assert.StartsWith($"UdaSeg:Limits:{name} must be", fault, StringComparison.Ordinal);
    }
}
