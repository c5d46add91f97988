using Microsoft.Extensions.Configuration;
using UdaSeg.Infrastructure.Settings;
using Xunit;

namespace UdaSeg.Api.Tests.Interop;

public sealed class LabelStudioSettingsTests
{
    [Theory]
    [InlineData(null, "Host", "http://label-studio:8080")]
    [InlineData("no origin", "Host", "label-studio:8080")]
    [InlineData("no origin", "Host", "http://label-studio:8080/")]
    [InlineData("no origin", "Host", "http://user@label-studio")]
    [InlineData("no origin", "Host", "file:///data")]
    [InlineData("no origin", "Host", "http://Label-Studio")]
    [InlineData("of no use", "ApiToken", "secret-token")]
    [InlineData("visible ASCII", "ApiToken", "secret token")]
    [InlineData("1 to 90", "FetchSeconds", "0")]
    [InlineData("alias", "Checkpoint", " ")]
    public void Settings_are_tried_at_the_start_and_the_token_is_not_repeated(string? complaint, string name, string value)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection([new($"UdaSeg:LabelStudio:{name}", value)]).Build();
        if (complaint is null)
        {
            Assert.Equal(value, SettingsReader.Read(configuration).LabelStudio.Host);
            return;
        }

        InvalidSettingsException fault = Assert.Throws<InvalidSettingsException>(() => SettingsReader.Read(configuration));
        Assert.Contains($"UdaSeg:LabelStudio:{name}", fault.Message);
        Assert.Contains(complaint, fault.Message);
        Assert.DoesNotContain("secret", fault.Message);
    }

    [Fact]
    public void The_token_is_not_printed() => Assert.DoesNotContain("secret", new LabelStudioSettings { ApiToken = "secret" }.ToString());
}
