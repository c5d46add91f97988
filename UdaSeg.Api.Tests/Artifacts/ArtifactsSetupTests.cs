using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Artifacts.S3;
using UdaSeg.Infrastructure.Settings;
using Xunit;

namespace UdaSeg.Api.Tests.Artifacts;

public sealed class ArtifactsSetupTests : IDisposable
{
    private const string Secret = "hush-hush";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_bucket_in_the_settings_is_made_at_start_and_used_with_the_cache_under_the_data_root()
    {
        using var server = new LoopbackS3();
        S3Settings bucket = server.NewBucket();
        UdaSegSettings settings = Read(("DataRoot", _folder.Path), ("Artifacts:S3:Endpoint", bucket.Endpoint), ("Artifacts:S3:Bucket", bucket.Bucket),
            ("Artifacts:S3:AccessKey", bucket.AccessKey), ("Artifacts:S3:SecretKey", bucket.SecretKey));
        await using ServiceProvider services = Services(settings);
        foreach (IHostedService start in services.GetServices<IHostedService>()) await start.StartAsync(TestContext.Current.CancellationToken);

        IArtifactStore store = services.GetRequiredService<IArtifactStore>();
        store.Write("a", s => s.WriteByte(1));
        Assert.Null(services.GetService<FileArtifactStore>());
        Assert.True(File.Exists(server.FileOf(bucket, "a")));
        Assert.Single(Directory.GetFiles(settings.CacheRoot, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Without_a_bucket_artifacts_are_files()
    {
        UdaSegSettings settings = Read(("DataRoot", _folder.Path));
        using ServiceProvider services = Services(settings);
        services.GetRequiredService<IArtifactStore>().Write("a", s => s.WriteByte(1));
        Assert.True(File.Exists(Path.Combine(settings.ArtifactRoot, "a")));
        Assert.Null(services.GetService<S3ArtifactStore>());
        Assert.Empty(services.GetServices<IHostedService>());
    }

    [Theory]
    [InlineData("Endpoint", "")]
    [InlineData("Endpoint", "store.example")]
    [InlineData("Endpoint", "ftp://store.example")]
    [InlineData("Endpoint", "http://me:hush-hush@store.example")]
    [InlineData("Endpoint", "http://store.example/bucket?hush-hush")]
    [InlineData("Bucket", "")]
    [InlineData("Bucket", "No_Such")]
    [InlineData("Bucket", "a/b")]
    [InlineData("AccessKey", "")]
    [InlineData("SecretKey", "")]
    [InlineData("Region", " ")]
    [InlineData("Prefix", "../x")]
    [InlineData("Prefix", "/")]
    [InlineData("CacheBytes", "1000")]
    public void Settings_that_cannot_work_are_named_and_no_secret_is_shown(string setting, string value)
    {
        string message = Assert.Throws<InvalidSettingsException>(() => Read([.. Good(), ($"Artifacts:S3:{setting}", value)])).Message;
        Assert.Contains($"UdaSeg:Artifacts:S3:{setting}", message);
        Assert.DoesNotContain(Secret, message);
    }

    [Fact]
    public void Good_settings_are_taken_and_print_no_secret()
    {
        UdaSegSettings settings = Read([.. Good(), ("Artifacts:S3:Prefix", "teams/one/")]);
        Assert.Equal(Secret, settings.Artifacts.S3!.SecretKey);
        Assert.Contains("store.example", settings.ToString());
        Assert.DoesNotContain(Secret, settings.ToString());
        Assert.NotNull(Read(("Artifacts:S3:Endpoint", "https://store.example:9000/"), ("Artifacts:S3:Bucket", "abc")).Artifacts.S3);
    }

    private static (string, string)[] Good() =>
    [
        ("Artifacts:S3:Endpoint", "http://store.example"), ("Artifacts:S3:Bucket", "weights.of-ours"), ("Artifacts:S3:AccessKey", "hush-hush-name"),
        ("Artifacts:S3:SecretKey", Secret),
    ];

    private static UdaSegSettings Read(params (string Name, string Value)[] settings)
    {
        var values = new Dictionary<string, string?>();
        foreach ((string name, string value) in settings) values[$"UdaSeg:{name}"] = value;
        return SettingsReader.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
    }

    private static ServiceProvider Services(UdaSegSettings settings) =>
        new ServiceCollection().AddSingleton(TimeProvider.System).AddUdaSegArtifacts(settings).BuildServiceProvider();
}
