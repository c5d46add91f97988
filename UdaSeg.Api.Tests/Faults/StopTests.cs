using System.Diagnostics;
using System.Net;
using System.Text.Json;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Api.Tests.Torch;
using Xunit;

namespace UdaSeg.Api.Tests.Faults;

/// <summary>Runs that are stopped, by a client, an operator or a full disk, and taken up again.</summary>
[Collection(nameof(TorchCollection))]
public sealed class StopTests : IDisposable
{
    private readonly FaultBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task A_cancelled_run_has_saved_all_it_did_and_goes_on_bit_by_bit()
    {
        await using var server = new ServerProcess("server", _bench.Folder, _bench.Settings("data"));
        await server.StartAsync();
        using HttpClient client = server.Client;
        await _bench.PrepareAsync(client);
        Guid run = await _bench.SubmitAsync(client, "cancelled", coarse: 60, stage: 8);
        string path = $"/api/v1/training-runs/{run}";
        await FaultBench.UntilAsync(() => server.Client, run, r => FaultBench.Reached(r, 9));
        Assert.Equal("cancelling", (await client.PostAsync(path + "/cancel", null, HttpStatusCode.Accepted)).Text("status"));
        JsonElement stopped = await FaultBench.UntilAsync(() => server.Client, run, r => r.Text("status") == "cancelled");
        Assert.Equal(stopped.GetProperty("iteration").GetInt64(), stopped.GetProperty("saved").GetProperty("iteration").GetInt64());
        Assert.Equal("checkpoint", stopped.GetProperty("cancellation").Text("mode"));

        await client.PostAsync(path + "/resume", null, HttpStatusCode.Accepted);
        await FaultBench.UntilAsync(() => server.Client, run, r => FaultBench.Reached(r, 30));
        await client.PostAsync(path + "/cancel", new { mode = "now" }, HttpStatusCode.Accepted);
        JsonElement killed = await FaultBench.UntilAsync(() => server.Client, run, r => r.Text("status") == "cancelled");
        Assert.Equal("killed, as a client asked", (await client.GetJsonAsync(path + "/attempts"))[1].Text("cause"));
        Assert.Equal("now", killed.GetProperty("cancellation").Text("mode"));
        Assert.Equal(0, killed.GetProperty("saved").GetProperty("iteration").GetInt64() % 4); // a checkpoint of the schedule, and none of its own

        await client.PostAsync(path + "/resume", null, HttpStatusCode.Accepted);
        await FaultBench.UntilAsync(() => server.Client, run, FaultBench.Succeeded);
        Guid calm = await _bench.SubmitAsync(client, "undisturbed", coarse: 60, stage: 8);
        await FaultBench.UntilAsync(() => server.Client, calm, FaultBench.Succeeded);
        Assert.Equal(await FaultBench.ResultsAsync(client, calm), await FaultBench.ResultsAsync(client, run));
        await BranchesAsync(server, client, run);
    }

    [Fact]
    public async Task A_server_that_is_asked_to_stop_saves_its_run_and_the_next_one_goes_on()
    {
        await using var server = new ServerProcess("server", _bench.Folder, _bench.Settings("data"));
        await server.StartAsync();
        using (HttpClient client = server.Client) await _bench.PrepareAsync(client);
        Guid run;
        using (HttpClient client = server.Client) run = await _bench.SubmitAsync(client, "interrupted", coarse: 60, stage: 4);
        await FaultBench.UntilAsync(() => server.Client, run, r => FaultBench.Reached(r, 9));
        Assert.Equal(0, await server.StopAsync());
        Assert.Equal(0, ServerProcess.TrainerOf(run));
        await server.StartAsync();
        using HttpClient again = server.Client;
        JsonElement story = await again.GetJsonAsync($"/api/v1/training-runs/{run}/attempts");
        Assert.Equal(("interrupted", "the server stopped"), (story[0].Text("status"), story[0].Text("cause")));
        JsonElement ended = await FaultBench.UntilAsync(() => server.Client, run, FaultBench.Succeeded);
        Assert.Equal(2, ended.GetProperty("attempt").GetInt32());
        story = await again.GetJsonAsync($"/api/v1/training-runs/{run}/attempts");
        Assert.Equal(story[0].GetProperty("toIteration").GetInt64(), story[1].GetProperty("fromIteration").GetInt64());
    }

    [Fact]
    public async Task A_second_server_on_an_embedded_data_root_is_refused()
    {
        await using ServerProcess first = new("first", _bench.Folder, _bench.Settings("data")), second = new("second", _bench.Folder, _bench.Settings("data"));
        await first.StartAsync();
        await second.StartAsync(wait: false);
        Assert.Equal(2, await second.EndAsync());
        Assert.Contains("Another server works on UdaSeg:DataRoot", second.Log);
    }

    [Fact]
    public async Task A_full_disk_fails_the_run_with_its_last_checkpoint_intact_and_space_lets_it_go_on()
    {
        string artifacts = Directory.CreateDirectory(_bench.Sub("data/artifacts")).FullName;
        string[] alone = Environment.UserName == "root" ? ["unshare", "-m"] : ["unshare", "-r", "-m"];
        if (!await MayMountAsync([.. alone, "mount", "-t", "tmpfs", "tmpfs", artifacts]))
        {
            TestContext.Current.TestOutputHelper!.WriteLine("no right to mount a small disk here: TrainerFaultsTests shows that a full one is recognised");
            return;
        }

        await using var server = new ServerProcess("server", _bench.Folder, _bench.Settings("data"))
        {
            Wrapper = [.. alone, "/bin/sh", "-c", $"mount -t tmpfs -o size=38m tmpfs '{artifacts}' && exec \"$@\"", "sh"],
        };
        await server.StartAsync();
        using HttpClient client = server.Client;
        await _bench.PrepareAsync(client);
        Guid run = await _bench.SubmitAsync(client, "large", coarse: 16, stage: 4);
        string path = $"/api/v1/training-runs/{run}";
        JsonElement failed = await Eventually.GetAsync(() => client.GetJsonAsync(path), r => r.Text("status") is "failed" or "succeeded");
        Assert.Equal("storage-full", failed.GetProperty("failure").Text("code"));
        Assert.Equal(1, failed.GetProperty("attempt").GetInt32()); // not tried again blindly
        long saved = failed.GetProperty("saved").GetProperty("iteration").GetInt64();
        Assert.InRange(saved, 4, 12);

        string[] inside = Environment.UserName == "root" ? ["-m"] : ["-m", "-U", "--preserve-credentials"];
        using (Process more = Process.Start("nsenter", [.. inside, "-t", $"{server.Pid}", "mount", "-o", "remount,size=400m", artifacts]))
        {
            await more.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, more.ExitCode);
        }

        await client.PostAsync(path + "/resume", null, HttpStatusCode.Accepted);
        JsonElement ended = await FaultBench.UntilAsync(() => server.Client, run, FaultBench.Succeeded);
        Assert.Equal(2, ended.GetProperty("attempt").GetInt32());
        Assert.Equal(saved, (await client.GetJsonAsync(path + "/attempts"))[1].GetProperty("fromIteration").GetInt64());
    }

    private static async Task<bool> MayMountAsync(string[] words)
    {
        using Process mount = Process.Start(new ProcessStartInfo(words[0], words[1..]) { RedirectStandardError = true })!;
        await mount.WaitForExitAsync(TestContext.Current.CancellationToken);
        return mount.ExitCode == 0;
    }

    private static async Task BranchesAsync(ServerProcess server, HttpClient client, Guid parent)
    {
        string path = $"/api/v1/training-runs/{parent}";
        JsonElement branch = await client.PostAsync(path + "/resume", new { fromStage = 2, options = new { triplet = new { enabled = false } } }, HttpStatusCode.Accepted);
        Assert.Equal((parent, 2), (branch.GetProperty("parent").Id("run"), branch.GetProperty("parent").GetProperty("fromStage").GetInt32()));
        JsonElement ended = await FaultBench.UntilAsync(() => server.Client, branch.Id(), FaultBench.Succeeded);
        JsonElement own = Assert.Single(ended.GetProperty("checkpoints").EnumerateArray());
        Assert.Equal(2, own.GetProperty("stage").GetInt32());

        // With the parent's options the branch comes to the parent's model: it began with the same T1.
        JsonElement same = await client.PostAsync(path + "/resume", new { fromStage = 2 }, HttpStatusCode.Accepted);
        await FaultBench.UntilAsync(() => server.Client, same.Id(), FaultBench.Succeeded);
        string[] parents = [.. (await FaultBench.ResultsAsync(client, parent)).Select(r => r.Digest)];
        Assert.Equal(parents[2], Assert.Single(await FaultBench.ResultsAsync(client, same.Id())).Digest);
        Assert.NotEqual(parents[2], Assert.Single(await FaultBench.ResultsAsync(client, branch.Id())).Digest);
    }
}
