using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using UdaSeg.Bench.Measuring;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Torch.Safetensors;

namespace UdaSeg.Bench;

/// <summary>The real service over HTTP: time to ready with one checkpoint, memory at rest, and what a request costs beside decode, compute and encode.</summary>
internal static class ServerBench
{
    public static void Run(BenchOptions options) => RunAsync(options).GetAwaiter().GetResult();

    private static async Task RunAsync(BenchOptions options)
    {
        Backbone backbone = Enum.Parse<Backbone>(options.Text("backbone", nameof(Backbone.MobileNetV2)), ignoreCase: true);
        (int width, int height) = options.Size("size", "512x256");
        int starts = options.Number("starts", 5), requests = options.Number("requests", 60);
        string folder = Directory.CreateTempSubdirectory("udaseg-bench-").FullName;
        try
        {
            using (Service first = await Service.StartAsync(folder))
            {
                Console.WriteLine($"\nFirst start, empty: {first.ReadyMs:0} ms to ready, {first.ResidentMiB:0} MiB resident");
                long began = Stopwatch.GetTimestamp();
                await ImportAsync(first.Client, backbone);
                Console.WriteLine($"Import, load and measurement of the engines: {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s");
            }

            var ready = new List<double>();
            for (int i = 0; i < starts; i++)
            {
                using Service service = await Service.StartAsync(folder);
                ready.Add(service.ReadyMs);
                if (i > 0) continue;
                Console.WriteLine($"Idle with one {backbone}: {service.ResidentMiB:0} MiB resident");
                await RequestsAsync(service, width, height, requests);
            }

            Console.WriteLine($"Start to ready with one checkpoint: median {Comparison.Median(ready):0} ms of {starts} (most {ready.Max():0})");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    internal static async Task ImportAsync(HttpClient client, Backbone backbone)
    {
        (CheckpointManifest manifest, IReadOnlyList<TensorEntry> weights) = BenchModel.Create(backbone);
        using var file = new MemoryStream();
        SafetensorsWriter.Write(file, weights);
        using var form = new MultipartFormDataContent
        {
            {
                JsonContent.Create(new { manifest.Name, manifest.Architecture, labelSpace = manifest.LabelSpace.Id, manifest.Normalisation }, options: CheckpointManifest.Json),
                "manifest"
            },
            { new ByteArrayContent(file.ToArray()), "weights", "weights.safetensors" },
        };
        using HttpResponseMessage imported = await client.PostAsync("/api/v1/checkpoints", form);
        string text = await imported.Content.ReadAsStringAsync();
        if (!imported.IsSuccessStatusCode) throw new InvalidOperationException(text);
        string id = JsonDocument.Parse(text).RootElement.GetProperty("id").GetString()!;
        (await client.PutAsJsonAsync("/api/v1/checkpoint-aliases/default", new { checkpoint = id })).EnsureSuccessStatusCode();
    }

    private static async Task RequestsAsync(Service service, int width, int height, int requests)
    {
        var image = new RgbImage(width, height);
        for (int i = 0; i < image.Pixels.Length; i++) image.Pixels[i] = (byte)(((i / 3 % width) + (i / 3 / width)) / 4);
        byte[] jpeg = new SkiaImageCodec().Encode(image, ImageFormat.Jpeg);
        var beside = new List<double>();
        var totals = new List<double>();
        double before = 0;
        for (int i = -10; i < requests; i++)
        {
            if (i == 0) before = service.ResidentMiB;
            using var body = new ByteArrayContent(jpeg);
            body.Headers.ContentType = new("image/jpeg");
            long began = Stopwatch.GetTimestamp();
            using HttpResponseMessage answer = await service.Client.PostAsync("/api/v1/segmentations", body);
            await answer.Content.ReadAsByteArrayAsync();
            double took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            answer.EnsureSuccessStatusCode();
            if (i < 0) continue;
            totals.Add(took);
            beside.Add(took - Phases(answer.Headers.GetValues("Server-Timing").Single()));
        }

        Console.WriteLine($"{requests} requests of {width}×{height} in turn: median {Comparison.Median(totals):0.0} ms, "
            + $"of which {Comparison.Median(beside):0.00} ms are neither decode, compute nor encode; resident {before:0} → {service.ResidentMiB:0} MiB");
    }

    /// <summary>decode + compute + encode of a header such as <c>queue;dur=0.1, decode;dur=2</c>.</summary>
    private static double Phases(string header) => header.Split(',').Select(part => part.Trim().Split(";dur="))
        .Where(part => part[0] is "decode" or "compute" or "encode").Sum(part => double.Parse(part[1], CultureInfo.InvariantCulture));
}
