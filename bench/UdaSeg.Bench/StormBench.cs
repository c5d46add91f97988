using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using UdaSeg.Bench.Measuring;
using UdaSeg.Bench.Storm;
using UdaSeg.Domain.Training;

namespace UdaSeg.Bench;

/// <summary>
/// The real service under mutated requests of every operation. An answer of 500 or of another 5xx than 503 and 504, a broken connection, or a wait of more than a minute is a fault, and
/// so is memory or a number of open files that keeps growing after the warm-up.
/// </summary>
internal static class StormBench
{
    private const int Clients = 4;

    public static void Run(BenchOptions options) => RunAsync(options).GetAwaiter().GetResult();

    private static async Task RunAsync(BenchOptions options)
    {
        int count = options.Number("requests", 20_000), seed = options.Number("seed", 1);
        string folder = Directory.CreateTempSubdirectory("udaseg-storm-").FullName, sets = Path.Combine(folder, "sets");
        try
        {
            StormWorld.WriteSets(sets);
            using Service service = await Service.StartAsync(folder, new Dictionary<string, string>
            {
                ["UdaSeg__DatasetRoots__0"] = sets,
                ["UdaSeg__Limits__RequestsPerMinute"] = "0", // one caller stands for many here
                ["UdaSeg__Limits__PostsPerMinute"] = "0",
            });
            using var client = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 }) { BaseAddress = service.Client.BaseAddress };
            await ServerBench.ImportAsync(service.Client, Backbone.MobileNetV2);
            var mutations = new StormMutations(seed, StormWorld.Good(await StormWorld.RegisterAsync(service.Client, "source"), await StormWorld.RegisterAsync(service.Client, "target"), await StormWorld.CheckpointAsync(service.Client)));
            var statuses = new ConcurrentDictionary<int, int>();
            var faults = new ConcurrentQueue<string>();
            int next = -1;
            Console.WriteLine("\n| requests | resident MiB | open files | threads |\n|---|---|---|---|");
            long began = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
            {
                for (int i = Interlocked.Increment(ref next); i < count; i = Interlocked.Increment(ref next))
                {
                    if (i % Math.Max(1, count / 10) == 0) Console.WriteLine($"| {i} | {service.ResidentMiB:0} | {service.OpenFiles} | {service.Threads} |");
                    StormRequest request = mutations.Create(i);
                    (int status, string answer) = await SendAsync(client, request);
                    statuses.AddOrUpdate(status, 1, (_, n) => n + 1);
                    if (status is 0 or (>= 500 and not (501 or 503 or 504))) faults.Enqueue(Describe(i, request, status, answer));
                }
            })));
            Console.WriteLine($"| {count} | {service.ResidentMiB:0} | {service.OpenFiles} | {service.Threads} |");
            using HttpResponseMessage ready = await service.Client.GetAsync("/health/ready");
            Console.WriteLine($"\n{count} requests of seed {seed} in {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s; ready afterwards: {(int)ready.StatusCode}; {faults.Count} faults");
            Console.WriteLine("Answers: " + string.Join(", ", statuses.OrderBy(s => s.Key).Select(s => $"{s.Key}: {s.Value}")));
            foreach (string fault in faults.Take(20)) Console.WriteLine(fault);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(int Status, string Answer)> SendAsync(HttpClient client, StormRequest request)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        try
        {
            using HttpRequestMessage message = request.ToMessage(client.BaseAddress!);
            using HttpResponseMessage answer = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
            string body = Encoding.Latin1.GetString(await answer.Content.ReadAsByteArrayAsync(timeout.Token));
            return ((int)answer.StatusCode, body);
        }
        catch (Exception e) when (e is UriFormatException or FormatException)
        {
            return (-1, ""); // no client can send it
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            return (0, $"{e.GetType().Name}: {e.Message}");
        }
    }

    private static string Describe(int index, StormRequest request, int status, string answer) =>
        $"#{index} {request.Method} {request.Path}?{request.Query} ({request.ContentType}, {request.Body.Length} bytes: {Encoding.Latin1.GetString(request.Body.AsSpan(0, Math.Min(200, request.Body.Length)))})\n"
        + $"  {status} {answer[..Math.Min(300, answer.Length)]}";
}
