using UdaSeg.Api.Tests.Architecture;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Client;
using Xunit;

namespace UdaSeg.Api.Tests.Clients;

/// <summary>The README's TypeScript example, compiled together with the client and run on Node against a server that listens.</summary>
public sealed class TypeScriptClientTests : IDisposable
{
    private static readonly string Tools = Path.Combine(SourceTree.Root, "UdaSeg.Api.Tests", "node", "node_modules");
    private readonly TempFolder _folder = new();
    private readonly ResourceHost _host = new();

    public void Dispose()
    {
        _host.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_client_compiles_strictly_and_the_readme_s_example_works()
    {
        _host.UseKestrel(0);
        _host.StartServer();
        using HttpClient http = _host.CreateClient();
        _host.PublishDefault();
        await RegisterAsync(new UdaSegClient(http));
        string server = http.BaseAddress!.ToString().TrimEnd('/');
        string said = await RunAsync(string.Join('\n', Readme.Block("ts")).Replace("http://127.0.0.1:5080", server));
        Assert.Equal("real a image/png\nreal b image/png\n404 checkpoint-not-found\n", said);
    }

    [Fact]
    public async Task A_run_that_is_not_there_is_a_problem_for_whoever_follows_it()
    {
        _host.UseKestrel(0);
        _host.StartServer();
        using HttpClient http = _host.CreateClient();
        string said = await RunAsync($$"""
            import { followTrainingRun, problemOf } from './clients/typescript/connect.js';
            try {
                for await (const event of followTrainingRun('{{http.BaseAddress}}', '0193e6c0-0000-7000-8000-000000000000')) console.log(event.kind);
            } catch (error) {
                console.log(problemOf(error)?.code);
            }
            """);
        Assert.Equal("run-not-found\n", said);
    }

    private async Task<string> RunAsync(string program)
    {
        string home = Directory.CreateDirectory(_folder.Sub("clients/typescript")).FullName;
        string[] client = Directory.GetFiles(Path.Combine(SourceTree.Root, "clients/typescript"), "*.ts");
        foreach (string file in client) File.Copy(file, Path.Combine(home, Path.GetFileName(file)));
        await File.WriteAllTextAsync(_folder.Sub("example.ts"), program + "\nexport {};\n");
        await File.WriteAllTextAsync(_folder.Sub("package.json"), """{"type":"module"}""");
        await Command.RunAsync(_folder.Path, "node", Path.Combine(Tools, "typescript", "bin", "tsc"), "--strict", "--noUnusedLocals", "--target", "es2022",
            "--lib", "es2022,dom,dom.asynciterable", "--module", "es2022", "--moduleResolution", "bundler", "example.ts");
        return await Command.RunAsync(_folder.Path, "node", "example.js");
    }

    private async Task RegisterAsync(UdaSegClient api)
    {
        string images = Directory.CreateDirectory(Path.Combine(_host.Root, "real", "images")).FullName;
        foreach (string name in new[] { "a", "b" }) await File.WriteAllBytesAsync(Path.Combine(images, name + ".png"), ResourceHost.Png());
        DatasetAnswer real = await api.CreateDatasetAsync(new CreateDataset { Name = "real", Domain = DatasetDomain.Target, Path = "real", Labels = null });
        await api.WaitForDatasetAsync(real.Id.ToString());
    }
}
