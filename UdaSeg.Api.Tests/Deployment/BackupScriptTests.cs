using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using UdaSeg.Api.Hosting;
using UdaSeg.Api.Tests.Architecture;
using UdaSeg.Api.Tests.Datasets.Api;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.Deployment;

/// <summary>As an operator does it: a server at work, <c>deploy/backup</c>, the disk lost, <c>deploy/restore</c>, a server on what came back.</summary>
public sealed class BackupScriptTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_server_whose_disk_was_lost_answers_from_its_backup_as_before()
    {
        string root = _folder.Sub("state"), backup = _folder.Sub("backup");
        string[] before;
        using (ResourceHost host = On(root))
        {
            byte[] weights = RandomNumberGenerator.GetBytes(100_000);
            host.Services.GetRequiredService<IArtifactStore>().Write("models/1", s => s.Write(weights));
            Checkpoint checkpoint = Samples.Checkpoint(key: "models/1", digest: Convert.ToHexStringLower(SHA256.HashData(weights))) with { Bytes = weights.Length };
            host.Services.GetRequiredService<CheckpointStore>().Publish(checkpoint);
            HttpResponseMessage posted = await host.SendAsync(HttpMethod.Post, "/api/v1/datasets", ResourceHost.Form(
                ("manifest", """{"name":"Set","domain":"source","labelSpace":"cityscapes19"}"""), ("archive", ArchiveUploadTests.Set(""))));
            JsonElement set = await host.ValidatedAsync(await posted.JsonAsync());
            before = await AnswersAsync(host, checkpoint.Id, set.Id());
            await ScriptAsync("backup", root, backup); // while the server works
        }

        SqliteConnection.ClearAllPools();
        Directory.Delete(root, recursive: true);
        await ScriptAsync("restore", root, backup);
        using ResourceHost again = On(root);
        JsonElement[] sets = [.. (await (await again.SendAsync(HttpMethod.Get, "/api/v1/datasets")).JsonAsync()).GetProperty("items").EnumerateArray()];
        JsonElement[] models = [.. (await (await again.SendAsync(HttpMethod.Get, "/api/v1/checkpoints")).JsonAsync()).GetProperty("items").EnumerateArray()];

        Assert.Equal(before, await AnswersAsync(again, Assert.Single(models).Id(), Assert.Single(sets).Id()));
    }

    [Fact]
    public async Task What_cannot_be_done_is_said_and_the_script_fails()
    {
        (int code, string said) = await RunAsync("restore", _folder.Sub("state"), _folder.Sub("nothing"));
        Assert.Equal(2, code);
        Assert.Contains("no complete backup", said);
        (code, said) = await RunAsync("backup", _folder.Sub("state"), _folder.Sub("backup"));
        Assert.Equal(2, code);
        Assert.Contains("There is no database", said);
        Assert.DoesNotContain("   at ", said);
    }

    private static ResourceHost On(string root) => new() { Settings = { ["UdaSeg:DataRoot"] = root } };

    private static async Task<string[]> AnswersAsync(ResourceHost host, Guid checkpoint, Guid set)
    {
        List<string> answers = [];
        string model = $"checkpoints/{checkpoint}", data = $"datasets/{set}";
        foreach (string path in (string[])[model, $"{model}/weights", data, $"{data}/samples", $"{data}/samples/b/image", $"{data}/samples/a/label"])
        {
            HttpResponseMessage answer = await host.SendAsync(HttpMethod.Get, "/api/v1/" + path);
            Assert.True(answer.IsSuccessStatusCode, $"{path}: {await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
            answers.Add($"{path} {Convert.ToHexStringLower(SHA256.HashData(await answer.BytesAsync()))}");
        }

        return [.. answers];
    }

    private static async Task ScriptAsync(string script, string root, string backup)
    {
        (int code, string said) = await RunAsync(script, root, backup);
        Assert.True(code == 0, said);
    }

    private static async Task<(int Code, string Said)> RunAsync(string script, string root, string backup)
    {
        var start = new ProcessStartInfo(Path.Combine(SourceTree.Root, "deploy", script), [backup]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["UDASEG_APP"] = typeof(Verbs).Assembly.Location;
        start.Environment["UdaSeg__DataRoot"] = root;
        using Process process = Process.Start(start)!;
        CancellationToken cancel = TestContext.Current.CancellationToken;
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancel), errors = process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        return (process.ExitCode, await output + await errors);
    }
}
