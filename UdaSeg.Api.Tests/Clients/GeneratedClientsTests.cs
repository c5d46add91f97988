using UdaSeg.Api.Tests.Architecture;
using UdaSeg.Api.Tests.Support;
using Xunit;

namespace UdaSeg.Api.Tests.Clients;

/// <summary>The clients are committed, so that they can be taken without running anything.</summary>
public sealed class GeneratedClientsTests
{
    [Fact]
    public async Task The_committed_clients_are_what_the_document_gives()
    {
        using TempFolder folder = new();
        string clients = Path.Combine(SourceTree.Root, "clients");
        await Command.RunAsync(SourceTree.Root, Path.Combine(clients, "generate"), folder.Path);
        foreach (string file in new[] { "csharp/UdaSegClient.cs", "typescript/udaseg.ts" })
        {
            string committed = await File.ReadAllTextAsync(Path.Combine(clients, file), TestContext.Current.CancellationToken);
            string generated = await File.ReadAllTextAsync(folder.Sub(file), TestContext.Current.CancellationToken);
            Assert.True(committed == generated, $"openapi/udaseg.v1.json or the generator changed: run clients/generate and commit clients/{file}.");
        }
    }
}
