using UdaSeg.Api.Tests.Support;
using UdaSeg.Api.Tests.Torch;
using Xunit;

namespace UdaSeg.Api.Tests.Faults;

/// <summary>kill -9, again and again, at moments that nobody chose: the trainer, or the server with it. What comes out is what comes out undisturbed.</summary>
[Collection(nameof(TorchCollection))]
public sealed class KillTests
{
    private const int Kills = 20;

    [Fact]
    public async Task On_sqlite_a_run_killed_at_20_random_moments_ends_as_the_undisturbed_one()
    {
        using var bench = new FaultBench();
        await using var server = new ServerProcess("server", bench.Folder, bench.Settings("data"));
        await server.StartAsync();
        await KilledRun.CheckAsync(bench, server, server, Kills, seed: Environment.TickCount, TestContext.Current.TestOutputHelper!);

        // What killed writers left is swept when a server starts: beside the models and records of three stages nothing stays.
        await server.StopAsync();
        await server.StartAsync();
        await Eventually.Get(() => Directory.GetFiles(bench.Sub("data/artifacts/runs"), "*", SearchOption.AllDirectories).Length, n => n == 2 * KilledRun.FilesOfARun);
    }
}

/// <summary>The disturbed run beside the undisturbed one.</summary>
internal static class KilledRun
{
    /// <summary>
    /// Of each of three stages model, checkpoint, score, quality and its maps, and the predictions of the worst images; of two the preparation and the
    /// pseudo-labels.
    /// </summary>
    public const int FilesOfARun = (3 * 6) + (2 * 2);

    /// <param name="bench">Data and run.</param>
    /// <param name="api">Answers requests.</param>
    /// <param name="worker">Trains; may be the same process.</param>
    /// <param name="kills">How many.</param>
    /// <param name="seed">Of the moments and victims; printed, so that a failure can be repeated.</param>
    /// <param name="output">Of the test.</param>
    public static async Task CheckAsync(FaultBench bench, ServerProcess api, ServerProcess worker, int kills, int seed, ITestOutputHelper output)
    {
        using HttpClient client = api.Client;
        await bench.PrepareAsync(client);
        Guid calm = await bench.SubmitAsync(client, "undisturbed");
        long total = (await FaultBench.UntilAsync(() => api.Client, calm, FaultBench.Succeeded)).GetProperty("totalIterations").GetInt64();

        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        Guid run = await bench.SubmitAsync(client, "disturbed");
        long[] moments = [.. Enumerable.Range(0, kills).Select(_ => random.NextInt64(total)).Order()];
        var recoveries = new List<double>();
        for (int kill = 0; kill < kills; kill++)
        {
            // Most kills come when the run has got somewhere, each fourth while the trainer is still starting.
            if (kill % 4 != 3) await FaultBench.UntilAsync(() => api.Client, run, r => FaultBench.Reached(r, moments[kill]));
            int trainer = await Eventually.Get(() => ServerProcess.TrainerOf(run), pid => pid > 0);
            await Task.Delay(random.Next(kill % 4 == 3 ? 1500 : 150), TestContext.Current.CancellationToken);
            long killed = TimeProvider.System.GetTimestamp();
            bool both = kill % 5 == 4;
            if (both)
            {
                await worker.KillAsync();
                await worker.StartAsync();
            }
            else
            {
                ServerProcess.Signal(trainer, 9);
            }

            await Eventually.Get(() => ServerProcess.TrainerOf(run), pid => pid != trainer && pid > 0);
            recoveries.Add(TimeProvider.System.GetElapsedTime(killed).TotalSeconds);
        }

        await FaultBench.UntilAsync(() => api.Client, run, FaultBench.Succeeded, TimeSpan.FromMinutes(5));
        using HttpClient after = api.Client;
        IReadOnlyList<(string Digest, double Miou)> expected = await FaultBench.ResultsAsync(after, calm), found = await FaultBench.ResultsAsync(after, run);
        Assert.Equal(3, expected.Count);
        Assert.Equal(expected, found);
        int attempts = (await after.GetJsonAsync($"/api/v1/training-runs/{run}")).GetProperty("attempt").GetInt32();
        string[] seconds = [.. recoveries.Order().Select(r => r.ToString("0.0", System.Globalization.CultureInfo.InvariantCulture))];
        output.WriteLine($"{kills} kills, {attempts} attempts; seconds to the next trainer: median {seconds[kills / 2]}, longest {seconds[^1]}");
        Assert.Equal(kills + 1, attempts);
        Assert.Equal(3, (await FaultBench.EventsAsync(after, run)).Count(e => e.Kind == "checkpoint"));
    }
}
