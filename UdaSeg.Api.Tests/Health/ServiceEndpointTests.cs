using System.Text.Json;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using UdaSeg.Api.Presets;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Serving;
using Xunit;

namespace UdaSeg.Api.Tests.Health;

public sealed class ServiceEndpointTests : IDisposable
{
    private readonly ResourceHost _host = new();

    public void Dispose() => _host.Dispose();

    private sealed class Check(string name, Func<string?> run) : IReadinessCheck
    {
        public string Name => name;

        public ValueTask<string?> CheckAsync(CancellationToken cancel) => ValueTask.FromResult(run());
    }

    [Fact]
    public async Task A_sound_server_is_live_and_ready()
    {
        Assert.Equal("live", (await (await _host.SendAsync(HttpMethod.Get, "/health/live")).JsonAsync()).GetProperty("status").GetString());
        JsonElement ready = await (await _host.SendAsync(HttpMethod.Get, "/health/ready")).JsonAsync();

        Assert.Equal("ready", ready.GetProperty("status").GetString());
        string?[] names = [.. ready.GetProperty("checks").EnumerateArray().Select(c => c.GetProperty("name").GetString())];
        Assert.Contains("database", names);
        Assert.Contains("artifacts", names);
        Assert.Contains("disk", names);
    }

    [Theory]
    [InlineData("9000000000000000000", false)]
    [InlineData("1", true)]
    [InlineData("0", true)] // not asked
    public async Task A_disk_with_too_little_room_makes_the_server_unready(string least, bool ready)
    {
        _host.Settings["UdaSeg:MinFreeBytes"] = least;
        HttpResponseMessage answer = await _host.SendAsync(HttpMethod.Get, "/health/ready");
        JsonElement disk = (await answer.JsonAsync()).GetProperty("checks").EnumerateArray().Single(c => c.Text("name") == "disk");

        Assert.Equal((ready ? 200 : 503, ready), ((int)answer.StatusCode, disk.GetProperty("ok").GetBoolean()));
        if (!ready) Assert.Contains("UdaSeg:MinFreeBytes", disk.Text("detail"));
    }

    [Fact]
    public async Task One_failing_check_makes_the_server_unready_and_shows_no_inside()
    {
        await using var broken = _host.WithWebHostBuilder(b => b.ConfigureTestServices(services => services
            .AddSingleton<IReadinessCheck>(new Check("throws", () => throw new InvalidOperationException("secret")))
            .AddSingleton<IReadinessCheck>(new Check("complains", () => "No device."))));
        HttpResponseMessage answer = await broken.CreateClient().GetAsync(new Uri("/health/ready", UriKind.Relative), TestContext.Current.CancellationToken);
        JsonElement json = await answer.JsonAsync();

        Assert.Equal(503, (int)answer.StatusCode);
        Assert.DoesNotContain("secret", json.GetRawText());
        Assert.Contains("No device.", json.GetRawText());
    }

    [Fact]
    public async Task Limits_show_what_the_operator_set()
    {
        _host.Settings["UdaSeg:Limits:MaxPixels"] = "12345";
        JsonElement json = await (await _host.SendAsync(HttpMethod.Get, "/api/v1/limits")).JsonAsync();

        Assert.Equal(12345, json.GetProperty("limits").GetProperty("maxPixels").GetInt64());
        Assert.Equal(500, json.GetProperty("maxPageSize").GetInt32());
    }

    [Fact]
    public void Every_option_of_a_training_plan_is_described_and_nothing_else()
    {
        IEnumerable<string> leaves = Leaves(JsonSerializer.SerializeToElement(new TrainingPlan(), TrainingPlanReader.Json), "");

        Assert.Equal(leaves, PlanOptions.All.Select(o => o.Path));
        Assert.All(PlanOptions.All, o => Assert.False(string.IsNullOrWhiteSpace(o.Meaning)));
    }

    [Fact]
    public async Task A_presets_plan_can_be_sent_back_as_options()
    {
        JsonElement json = await (await _host.SendAsync(HttpMethod.Get, "/api/v1/training-presets")).JsonAsync();

        foreach ((string name, TrainingPlan plan) in TrainingPresets.All)
        {
            Assert.Equal(plan, TrainingPlanReader.Read("paper", json.GetProperty("presets").GetProperty(name)));
        }

        JsonElement beta = json.GetProperty("options").EnumerateArray().Single(o => o.GetProperty("path").GetString() == "alignment.beta");
        Assert.Equal(0.01, beta.GetProperty("defaults").GetProperty("paper").GetDouble());
    }

    // A size is one option: it is given whole.
    private static IEnumerable<string> Leaves(JsonElement json, string path) => json.ValueKind == JsonValueKind.Object && !json.TryGetProperty("height", out _)
        ? json.EnumerateObject().SelectMany(p => Leaves(p.Value, path.Length == 0 ? p.Name : $"{path}.{p.Name}"))
        : [path];
}
