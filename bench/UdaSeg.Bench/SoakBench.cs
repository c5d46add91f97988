using System.Diagnostics;
using System.Globalization;
using UdaSeg.Bench.Measuring;
using UdaSeg.Bench.Storm;
using UdaSeg.Domain.Training;

namespace UdaSeg.Bench;

/// <summary>
/// The real service under mixed load for minutes: images aligned and segmented, runs submitted, watched and cancelled, weights downloaded in pieces, lists read. Nothing but the expected
/// answers may come, and memory and open files must not grow: the mean of the last quarter is compared with that of the second (the first warms up).
/// </summary>
internal static class SoakBench
{
    public static void Run(BenchOptions options) => RunAsync(options).GetAwaiter().GetResult();

    private static async Task RunAsync(BenchOptions options)
    {
        int seconds = options.Number("seconds", 600);
        string folder = Directory.CreateTempSubdirectory("udaseg-soak-").FullName, sets = Path.Combine(folder, "sets");
        try
        {
            StormWorld.WriteSets(sets);
            using Service service = await Service.StartAsync(folder, new Dictionary<string, string>
            {
                ["UdaSeg__DatasetRoots__0"] = sets,
                ["UdaSeg__Limits__RequestsPerMinute"] = "0", // one caller stands for many here
                ["UdaSeg__Limits__PostsPerMinute"] = "0",
            });
            await ServerBench.ImportAsync(service.Client, Backbone.MobileNetV2);
            string source = await StormWorld.RegisterAsync(service.Client, "source"), target = await StormWorld.RegisterAsync(service.Client, "target");
            var load = new SoakLoad(service.Client, source, target, await StormWorld.CheckpointAsync(service.Client));
            using var over = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
            Task[] clients = load.Start(over.Token);
            List<Sample> samples = await WatchAsync(service, seconds, over.Token);
            await Task.WhenAll(clients);
            Report(samples, load, seconds);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<List<Sample>> WatchAsync(Service service, int seconds, CancellationToken over)
    {
        var samples = new List<Sample>();
        long began = Stopwatch.GetTimestamp(), told = began;
        Console.WriteLine("\n| seconds | resident MiB | open files | threads |\n|---|---|---|---|");
        while (!over.IsCancellationRequested)
        {
            samples.Add(new Sample(service.ResidentMiB, service.OpenFiles, service.Threads));
            double at = Stopwatch.GetElapsedTime(began).TotalSeconds;
            if (samples.Count == 1 || Stopwatch.GetElapsedTime(told).TotalSeconds >= seconds / 10.0)
            {
                told = Stopwatch.GetTimestamp();
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {at:0} | {samples[^1].ResidentMiB:0} | {samples[^1].OpenFiles} | {samples[^1].Threads} |"));
            }

            await Task.Delay(TimeSpan.FromSeconds(2), CancellationToken.None);
        }

        return samples;
    }

    private static void Report(List<Sample> samples, SoakLoad load, int seconds)
    {
        int quarter = samples.Count / 4;
        string Grown(string what, Func<Sample, double> of)
        {
            double before = samples.Skip(quarter).Take(quarter).Average(of), after = samples.TakeLast(quarter).Average(of);
            return string.Create(CultureInfo.InvariantCulture, $"{what} {before:0.0} → {after:0.0} ({(after - before) / before:+0.0%;-0.0%})");
        }

        Console.WriteLine($"\n{seconds} s; second quarter → last: {Grown("resident MiB", s => s.ResidentMiB)}, {Grown("open files", s => s.OpenFiles)}, {Grown("threads", s => s.Threads)}");
        foreach ((string what, int count) in load.Done.OrderBy(d => d.Key)) Console.WriteLine($"{what}: {count}");
        Console.WriteLine($"Unexpected answers: {load.Faults.Count}");
        foreach (string fault in load.Faults.Take(10)) Console.WriteLine($"  {fault}");
    }

    private sealed record Sample(double ResidentMiB, int OpenFiles, int Threads);
}
