using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using UdaSeg.Api.Hosting;
using UdaSeg.Infrastructure.Settings;
using Xunit;

namespace UdaSeg.Api.Tests.Security;

public sealed class AccessSettingsTests
{
    private const string Hash = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";
    private const string HashOfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private const string Secret = "hunter2-hunter2";

    [Theory]
    [InlineData(null, "ann", "viewer", Hash)]
    [InlineData("ApiKeys:0:Name", "", "viewer", Hash)]
    [InlineData("ApiKeys:0:Name", Secret + " ", "viewer", Hash)]
    [InlineData("ApiKeys:0:Role", "ann", "", Hash)]
    [InlineData("ApiKeys:0:Role", "ann", "Viewer", Hash)]
    [InlineData("ApiKeys:0:Role", "ann", Secret, Hash)]
    [InlineData("ApiKeys:0:Sha256", "ann", "viewer", "")]
    [InlineData("ApiKeys:0:Sha256", "ann", "viewer", Secret)]
    [InlineData("ApiKeys:0:Sha256", "ann", "viewer", Hash + "0")]
    [InlineData("ApiKeys:0:Sha256", "ann", "viewer", HashOfNothing)]
    public void A_key_is_tried_at_the_start_and_never_repeated(string? complaint, string name, string role, string hash) =>
        Check(complaint, ("ApiKeys:0:Name", name), ("ApiKeys:0:Role", role), ("ApiKeys:0:Sha256", hash));

    [Theory]
    [InlineData("ApiKeys:1:Name", "ann", HashOfNothing)]
    [InlineData("ApiKeys:1:Sha256", "bob", Hash)]
    public void Two_holders_share_neither_name_nor_key(string complaint, string name, string hash) => Check(
        complaint,
        ("ApiKeys:0:Name", "ann"), ("ApiKeys:0:Role", "viewer"), ("ApiKeys:0:Sha256", Hash.ToUpperInvariant()),
        ("ApiKeys:1:Name", name), ("ApiKeys:1:Role", "viewer"), ("ApiKeys:1:Sha256", hash));

    [Theory]
    [InlineData(null, "https://id.example/realm", "udaseg")]
    [InlineData(null, "http://127.0.0.1:8080", "udaseg")]
    [InlineData("Oidc:Authority", "http://id.example", "udaseg")]
    [InlineData("Oidc:Authority", "https://u:" + Secret + "@id.example", "udaseg")]
    [InlineData("Oidc:Authority", Secret, "udaseg")]
    [InlineData("Oidc:Authority", "", "udaseg")]
    [InlineData("Oidc:Audience", "https://id.example", "")]
    public void The_issuer_is_tried_at_the_start(string? complaint, string authority, string audience) =>
        Check(complaint, ("Oidc:Authority", authority), ("Oidc:Audience", audience));

    [Fact]
    public void With_a_key_or_an_issuer_any_address_may_be_listened_to()
    {
        Assert.Contains("new-key", Assert.Throws<InvalidSettingsException>(() => Listen(new UdaSegSettings())).Message);
        Listen(new UdaSegSettings { ApiKeys = [new ApiKeySettings()] });
        Listen(new UdaSegSettings { Oidc = new OidcSettings { Authority = "https://id.example", Audience = "udaseg" } });
    }

    private static void Listen(UdaSegSettings settings)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("urls", (string?)"http://0.0.0.0:5080")]);
        ListenAddresses.Apply(builder, settings);
    }

    private static void Check(string? complaint, params (string Key, string Value)[] settings)
    {
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create("UdaSeg:" + s.Key, (string?)s.Value))).Build();
        if (complaint is null)
        {
            Assert.False(SettingsReader.Read(configuration).IsOpen);
            return;
        }

        InvalidSettingsException fault = Assert.Throws<InvalidSettingsException>(() => SettingsReader.Read(configuration));
        Assert.Contains("UdaSeg:" + complaint, fault.Message);
        Assert.DoesNotContain(Secret, fault.ToString());
    }
}
