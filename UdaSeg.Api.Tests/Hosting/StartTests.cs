using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using UdaSeg.Api.Hosting;
using UdaSeg.Infrastructure.Jobs;
using UdaSeg.Infrastructure.Settings;
using Xunit;

namespace UdaSeg.Api.Tests.Hosting;

public sealed class StartTests
{
    [Theory]
    [InlineData("http://127.0.0.1:5080", true)]
    [InlineData("http://127.0.0.2:1", true)]
    [InlineData("https://localhost:5080", true)]
    [InlineData("http://[::1]:5080", true)]
    [InlineData("http://0.0.0.0:5080", false)]
    [InlineData("http://[::]:5080", false)]
    [InlineData("http://*:5080", false)]
    [InlineData("http://+:5080", false)]
    [InlineData("http://192.168.0.7:5080", false)]
    [InlineData("http://localhost.example.org:5080", false)]
    [InlineData("nonsense", false)]
    public void Only_loopback_is_loopback(string url, bool loopback) => Assert.Equal(loopback, ListenAddresses.IsLoopback(url));

    [Fact]
    public void The_server_refuses_other_addresses_wherever_they_are_set()
    {
        Assert.Throws<InvalidSettingsException>(() => Apply(("urls", "http://127.0.0.1:1;http://0.0.0.0:2")));
        Assert.Throws<InvalidSettingsException>(() => Apply(("Kestrel:Endpoints:Web:Url", "http://*:80")));
        Assert.Equal(ListenAddresses.Default, Apply());
        Assert.Equal("http://[::1]:1", Apply(("urls", "http://[::1]:1")));
    }

    [Fact]
    public void Settings_that_cannot_work_are_named_all_at_once()
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["UdaSeg:Device"] = "tpu",
            ["UdaSeg:DatasetRoots:0"] = "relative/folder",
            ["UdaSeg:Limits:MaxPixels"] = "0",
            ["UdaSeg:MinFreeBytes"] = "-1",
        }).Build();
        InvalidSettingsException fault = Assert.Throws<InvalidSettingsException>(() => SettingsReader.Read(configuration));
        Assert.Equal(4, fault.Faults.Count);
        Assert.Contains("UdaSeg:Device", fault.Message);
    }

    [Theory]
    [InlineData("Host=db;Database=udaseg;Username=u;Password=p", true)]
    [InlineData("", true)]
    [InlineData("Host=db;Username=u;Password=hunter2", false)]
    [InlineData("Database=udaseg;Password=hunter2", false)]
    [InlineData("postgresql://u:hunter2@db/udaseg", false)]
    [InlineData("Host=db;Database=udaseg;Passwort=hunter2", false)]
    [InlineData("Host=db;Database=udaseg;Port=hunter2", false)]
    [InlineData("Host=db;Database=udaseg;Password='hunter2", false)]
    public void What_is_no_connection_string_is_refused_without_showing_its_password(string database, bool accepted)
    {
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["UdaSeg:Database"] = database }).Build();
        if (accepted)
        {
            Assert.Equal(database, SettingsReader.Read(configuration).Database);
            return;
        }

        InvalidSettingsException fault = Assert.Throws<InvalidSettingsException>(() => SettingsReader.Read(configuration));
        Assert.Contains("UdaSeg:Database", fault.Message);
        Assert.DoesNotContain("hunter2", fault.ToString());
    }

    [Fact]
    public async Task A_server_without_its_database_says_so_in_a_sentence_and_ends()
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(
            new Dictionary<string, string?> { ["UdaSeg:Database"] = "Host=127.0.0.1;Port=1;Database=udaseg;Password=hunter2" }).Build();
        ProcessStartInfo start = new ChildProgram(typeof(ListenAddresses).Assembly, configuration).Command();
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        using Process server = Process.Start(start)!;
        string[] said = await Task.WhenAll(server.StandardError.ReadToEndAsync(), server.StandardOutput.ReadToEndAsync());
        await server.WaitForExitAsync();
        Assert.Equal(3, server.ExitCode);
        Assert.Contains("127.0.0.1:1", said[0]);
        Assert.DoesNotContain("   at ", string.Concat(said));
        Assert.DoesNotContain("hunter2", string.Concat(said));
    }

    [Fact]
    public void An_empty_data_root_is_the_home_s() => Assert.EndsWith("/.udaseg", new UdaSegSettings { DataRoot = "" }.ResolvedDataRoot);

    private static string? Apply(params (string Key, string Value)[] settings)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
        ListenAddresses.Apply(builder, new UdaSegSettings());
        return builder.WebHost.GetSetting("urls");
    }
}
