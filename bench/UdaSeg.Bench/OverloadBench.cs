using System.Collections.Concurrent;
using System.Diagnostics;
using UdaSeg.Bench.Measuring;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Imaging;

namespace UdaSeg.Bench;

/// <summary>
/// The real service under more segmentations than it can compute: how fast it refuses, and whether what it accepts suffers. Requests are sent by the clock, whether or
/// not others were answered; the sender shares the machine with the service.
/// </summary>
internal static class OverloadBench
{
    private const string Path = "/api/v1/segmentations";

    public static void Run(BenchOptions options) => RunAsync(options).GetAwaiter().GetResult();

    private static async Task RunAsync(BenchOptions options)
    {
        ThreadPool.SetMinThreads(32, 32); // the sender must not be what is slow
        (int width, int height) = options.Size("size", "512x256");
        int seconds = options.Number("seconds", 20), times = options.Number("times", 10);
        int workers = options.Number("workers", 4), waiting = options.Number("waiting", 8);
        string folder = Directory.CreateTempSubdirectory("udaseg-bench-").FullName;
        try
        {
            using Service service = await Service.StartAsync(folder, new Dictionary<string, string>
            {
                // One caller stands for many here: the quota of one is not what is measured.
                ["UdaSeg__Limits__RequestsPerMinute"] = "0",
                ["UdaSeg__Limits__PostsPerMinute"] = "0",
                ["UdaSeg__Limits__MaxConcurrentSegmentations"] = $"{workers}",
                ["UdaSeg__Limits__MaxWaitingSegmentations"] = $"{waiting}",
            });
            await ServerBench.ImportAsync(service.Client, Backbone.MobileNetV2);
            byte[] image = Jpeg(width, height);
            await ClosedAsync(service, image, 1, 3);

            Console.WriteLine($"\n{width}×{height}, {workers} workers, {waiting} waiting; times in ms\n");
            Console.WriteLine("| | a second | 200: p50 | p95 | p99 | 503: share | p50 | p99 | most | other |\n|---|---|---|---|---|---|---|---|---|---|");
            Print("one client", await ClosedAsync(service, image, 1, 5), 5);
            Print($"{workers} clients", await ClosedAsync(service, image, workers, 8), 8);
            Outcome[] full = await ClosedAsync(service, image, workers + waiting, 8);
            Print($"{workers + waiting} clients, the queue is full", full, 8);
            double capacity = full.Count(o => o.Status == 200) / 8.0;
            Print($"{times} times the capacity, for {seconds} s", await OpenAsync(service, image, capacity * times, seconds), seconds);
            Print("one client, afterwards", await ClosedAsync(service, image, 1, 5), 5);
            Console.WriteLine($"\nResident afterwards: {service.ResidentMiB:0} MiB");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Each client sends when it has its last answer.</summary>
    private static async Task<Outcome[]> ClosedAsync(Service service, byte[] image, int clients, int seconds)
    {
        ConcurrentBag<Outcome> outcomes = [];
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds) outcomes.Add(await SendAsync(service, image));
        })));
        return [.. outcomes];
    }

    /// <summary>One request each time the clock says so.</summary>
    private static async Task<Outcome[]> OpenAsync(Service service, byte[] image, double perSecond, int seconds)
    {
        List<Task<Outcome>> sent = [];
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalSeconds is var now && now < seconds)
        {
            for (int due = (int)(now * perSecond); sent.Count < due;) sent.Add(Task.Run(() => SendAsync(service, image)));
            await Task.Delay(2);
        }

        return await Task.WhenAll(sent);
    }

    private static async Task<Outcome> SendAsync(Service service, byte[] image)
    {
        using var body = new ByteArrayContent(image);
        body.Headers.ContentType = new("image/jpeg");
        long began = Stopwatch.GetTimestamp();
        try
        {
            using HttpResponseMessage answer = await service.Client.PostAsync(Path, body);
            return new((int)answer.StatusCode, Stopwatch.GetElapsedTime(began).TotalMilliseconds, answer.Headers.RetryAfter?.Delta?.TotalSeconds ?? 0);
        }
        catch (HttpRequestException)
        {
            return new(0, Stopwatch.GetElapsedTime(began).TotalMilliseconds, 0);
        }
    }

    private static void Print(string name, Outcome[] all, int seconds)
    {
        double[] done = Times(all, 200), refused = Times(all, 503);
        string refusals = refused.Length == 0
            ? "– | – | – | –"
            : $"{(double)refused.Length / all.Length:0.0%} | {At(refused, 0.5):0} | {At(refused, 0.99):0} | {refused[^1]:0}";
        Console.WriteLine($"| {name} | {(double)all.Length / seconds:0} | {At(done, 0.5):0} | {At(done, 0.95):0} | {At(done, 0.99):0} "
            + $"| {refusals} | {all.Length - done.Length - refused.Length} |");
        if (refused.Length > 0)
        {
            Console.WriteLine($"<!-- accepted: {(double)done.Length / seconds:0.0} a second; Retry-After: "
                + $"{all.Where(o => o.Status == 503).Min(o => o.RetryAfter):0} to {all.Where(o => o.Status == 503).Max(o => o.RetryAfter):0} s -->");
        }
    }

    private static double[] Times(Outcome[] all, int status) => [.. all.Where(o => o.Status == status).Select(o => o.Ms).Order()];

    private static double At(double[] sorted, double share) => sorted.Length == 0 ? double.NaN : sorted[(int)(share * (sorted.Length - 1))];

    private static byte[] Jpeg(int width, int height)
    {
        var image = new RgbImage(width, height);
        for (int i = 0; i < image.Pixels.Length; i++) image.Pixels[i] = (byte)(((i / 3 % width) + (i / 3 / width)) / 4);
        return new SkiaImageCodec().Encode(image, ImageFormat.Jpeg);
    }

    /// <param name="Status">0: no answer.</param>
    /// <param name="Ms">From sending to the whole answer.</param>
    /// <param name="RetryAfter">Seconds; 0 where it was not told.</param>
    private readonly record struct Outcome(int Status, double Ms, double RetryAfter);
}
