using System.Text.Json;
using Microsoft.Extensions.Configuration;
using UdaSeg.Api.Security;
using UdaSeg.Api.Tests.Architecture;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Infrastructure.Settings;
using Xunit;

namespace UdaSeg.Api.Tests.Security;

public sealed class KeyTests(KeyedServer server) : IClassFixture<KeyedServer>
{
    [Theory]
    [InlineData("X-Api-Key", TestKeys.Viewer)]
    [InlineData("x-api-key", TestKeys.Viewer)]
    [InlineData("Authorization", "Bearer " + TestKeys.Viewer)]
    [InlineData("Authorization", "bearer " + TestKeys.Viewer)]
    public async Task A_known_key_is_let_in_by_either_header(string header, string value) => Assert.Equal(200, await StatusAsync((header, [value])));

    [Theory]
    [InlineData("X-Api-Key", "")]
    [InlineData("X-Api-Key", " ")]
    [InlineData("X-Api-Key", "wrong")]
    [InlineData("X-Api-Key", "A-key-that-looks")]
    [InlineData("X-Api-Key", "a-key-that-look")]
    [InlineData("X-Api-Key", "a-key-that-looks0")]
    [InlineData("X-Api-Key", "a-key-that-looks,a-key-that-looks")]
    [InlineData("X-Api-Key", "the-viewer")]
    [InlineData("X-Api-Key", "\u00e9\u00fc")]
    [InlineData("Authorization", "Bearer")]
    [InlineData("Authorization", "Bearer ")]
    [InlineData("Authorization", "Bearer wrong")]
    [InlineData("Authorization", "Basic " + TestKeys.Viewer)]
    [InlineData("Authorization", TestKeys.Viewer)]
    [InlineData("Authorization", "Bearer a.b.c")]
    public async Task Anything_else_is_not(string header, string value) => Assert.Equal(401, await StatusAsync((header, [value])));

    [Theory]
    [InlineData("label-studio:" + TestKeys.Viewer, 200)]
    [InlineData(":" + TestKeys.Viewer, 200)]
    [InlineData("label-studio:wrong", 401)]
    [InlineData(TestKeys.Viewer, 401)]
    [InlineData(TestKeys.Viewer + ":", 401)]
    [InlineData("a:" + TestKeys.Viewer + ":", 401)]
    public async Task Programs_that_know_names_and_passwords_only_give_the_key_as_the_password(string pair, int status) =>
        Assert.Equal(status, await StatusAsync(("Authorization", ["Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(pair))])));

    [Fact]
    public async Task Neither_is_a_hash_an_overlong_key_or_two_keys()
    {
        Assert.Equal(401, await StatusAsync(("X-Api-Key", [TestKeys.HashOf(TestKeys.Viewer)])));
        Assert.Equal(401, await StatusAsync(("X-Api-Key", [new string('k', 20_000)])));
        Assert.Equal(401, await StatusAsync(("X-Api-Key", [TestKeys.Viewer, TestKeys.Viewer])));
        Assert.Equal(401, await StatusAsync(("Authorization", ["Bearer " + TestKeys.Viewer, "Bearer " + TestKeys.Admin])));
    }

    [Fact]
    public async Task The_key_s_own_header_decides_where_both_are_given()
    {
        Assert.Equal(401, await StatusAsync(("X-Api-Key", ["wrong"]), ("Authorization", ["Bearer " + TestKeys.Viewer])));
        Assert.Equal(200, await StatusAsync(("X-Api-Key", [TestKeys.Viewer]), ("Authorization", ["Bearer wrong"])));
    }

    [Fact]
    public void Every_hash_is_compared_whatever_matched_before()
    {
        string code = File.ReadAllText(Path.Combine(SourceTree.Root, "UdaSeg.Api/Security/KeyRing.cs"));
        string comparison = code[code.IndexOf("public KnownKey? FindHash", StringComparison.Ordinal)..];
        Assert.Contains("CryptographicOperations.FixedTimeEquals", comparison);
        Assert.DoesNotContain("break", comparison);
        Assert.Single(comparison.Split("return ").Skip(1)); // the one after the loop
        Assert.DoesNotContain("SequenceEqual", code);
        Assert.DoesNotContain("First", code);
    }

    [Fact]
    public void Each_key_is_found_wherever_it_stands()
    {
        var settings = new UdaSegSettings
        {
            ApiKeys = [.. TestKeys.All.Select(k => new ApiKeySettings { Name = k.Role, Role = k.Role, Sha256 = TestKeys.HashOf(k.Key).ToLowerInvariant() })],
        };
        var keys = new KeyRing(settings);
        Assert.All(TestKeys.All, k => Assert.Equal((k.Role, k.Role), (keys.Find(k.Key)!.Name, AccessPolicies.NameOf(keys.Find(k.Key)!.Role))));
        Assert.Null(keys.Find(""));
        Assert.DoesNotContain(TestKeys.HashOf(TestKeys.Admin), settings.ApiKeys[2].ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_new_key_comes_with_settings_that_accept_it_and_is_never_the_same()
    {
        string[] keys = [.. Enumerable.Range(0, 2).Select(_ => Made("ann", "trainer").Key)];
        Assert.NotEqual(keys[0], keys[1]);
        Assert.All(keys, k => Assert.Equal(43, k.Length)); // 256 bits in base 64
        (string key, string said) = Made("ann", "trainer");
        JsonElement line = JsonElement.Parse(said.Split('\n').Single(l => l.TrimStart().StartsWith('{')));
        KeyValuePair<string, string?>[] settings = [.. line.EnumerateObject().Select(p => KeyValuePair.Create($"UdaSeg:ApiKeys:0:{p.Name}", p.Value.GetString()))];
        UdaSegSettings read = SettingsReader.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        Assert.Equal(("ann", AccessRole.Trainer), (new KeyRing(read).Find(key)!.Name, new KeyRing(read).Find(key)!.Role));
        Assert.Contains($"UdaSeg__ApiKeys__0__Sha256={read.ApiKeys[0].Sha256}", said);
    }

    [Theory]
    [InlineData("ann b", "viewer")]
    [InlineData("", "viewer")]
    [InlineData("ann", "boss")]
    public void A_new_key_needs_a_name_and_a_role(string name, string role)
    {
        StringWriter output = new(), faults = new();
        Assert.Equal(2, NewKey.Run(name, role, output, faults));
        Assert.Empty(output.ToString());
        Assert.StartsWith("Usage: new-key", faults.ToString());
    }

    private static (string Key, string Said) Made(string name, string role)
    {
        StringWriter output = new();
        Assert.Equal(0, NewKey.Run(name, role, output, TextWriter.Null));
        return (output.ToString().Split('\n')[0].Split(": ")[1].Trim(), output.ToString());
    }

    private async Task<int> StatusAsync(params (string Header, string[] Values)[] headers)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/api/v1/limits");
        foreach ((string header, string[] values) in headers) request.With(header, values);
        using HttpResponseMessage answer = await server.Host.CreateClient().SendAsync(request, TestContext.Current.CancellationToken);
        return (int)answer.StatusCode;
    }
}
