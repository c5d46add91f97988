using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Imaging;
using static UdaSeg.Bench.Storm.StormRequest;

namespace UdaSeg.Bench.Storm;

/// <summary>What good requests need: a data set of each domain, a checkpoint as default, and one request of each kind.</summary>
internal static class StormWorld
{
    private const string Api = "/api/v1";

    /// <summary>Two folders of four small scenes.</summary>
    public static void WriteSets(string root)
    {
        var codec = new SkiaImageCodec();
        foreach (string set in (string[])["source", "target"])
        {
            foreach (string part in (string[])["images", "labels"]) Directory.CreateDirectory(Path.Combine(root, set, part));
            for (int i = 0; i < 4; i++)
            {
                File.WriteAllBytes(Path.Combine(root, set, "images", $"{i}.png"), codec.Encode(Picture(48, 32, i), ImageFormat.Png));
                File.WriteAllBytes(Path.Combine(root, set, "labels", $"{i}.png"), PngLabelCodec.WriteGrey(new LabelMap(48, 32)));
            }
        }
    }

    public static RgbImage Picture(int width, int height, int seed)
    {
        var image = new RgbImage(width, height);
        for (int i = 0; i < image.Pixels.Length; i++) image.Pixels[i] = (byte)((i * (seed + 3)) + (i / width));
        return image;
    }

    public static async Task<string> RegisterAsync(HttpClient client, string domain)
    {
        using HttpResponseMessage created = await client.PostAsJsonAsync($"{Api}/datasets", new { name = domain, domain, path = domain });
        string text = await created.Content.ReadAsStringAsync();
        if (!created.IsSuccessStatusCode) throw new InvalidOperationException(text);
        string id = JsonDocument.Parse(text).RootElement.GetProperty("id").GetString()!;
        while (JsonDocument.Parse(await client.GetStringAsync($"{Api}/datasets/{id}")).RootElement.GetProperty("status").GetString() is "validating") await Task.Delay(50);
        return id;
    }

    /// <summary>The one that was imported.</summary>
    public static async Task<string> CheckpointAsync(HttpClient client) =>
        JsonDocument.Parse(await client.GetStringAsync($"{Api}/checkpoints")).RootElement.GetProperty("items")[0].GetProperty("id").GetString()!;

    /// <summary>One of each operation. Runs are of a preset that no machine has the memory for, so that none trains.</summary>
    public static IReadOnlyList<StormRequest> Good(string source, string target, string checkpoint)
    {
        byte[] png = new SkiaImageCodec().Encode(Picture(48, 32, 9), ImageFormat.Png), jpeg = new SkiaImageCodec().Encode(Picture(64, 48, 8), ImageFormat.Jpeg);
        string text = Convert.ToBase64String(png), sources = $"\"source\":[\"{source}\"],\"target\":\"{target}\"";
        return
        [
            .. ((string[])["checkpoints", "checkpoint-aliases", "datasets", "evaluations", "label-spaces", "limits", "studies", "study-templates", "training-runs", "training-presets", "session"])
                .Select(p => Get($"{Api}/{p}", "limit=2")),
            Get($"{Api}/checkpoints/{checkpoint}"), Get($"{Api}/checkpoints/{checkpoint}/weights"), Get($"{Api}/checkpoint-aliases/default"), Get($"{Api}/label-spaces/cityscapes19"),
            Get($"{Api}/datasets/{source}"), Get($"{Api}/datasets/{source}/style"), Get($"{Api}/datasets/{source}/samples", "limit=2"),
            .. ((string[])["image", "label", "overlay"]).Select(p => Get($"{Api}/datasets/{source}/samples/1/{p}")),
            .. ((string[])["", "/metrics", "/attempts", "/stages", "/stages/0", "/stages/0/pseudo-labels", "/stages/0/pseudo-labels/1"]).Select(p => Get($"{Api}/training-runs/{source}{p}")),
            .. ((string[])["", "/report", "/table.csv", "/table.md"]).Select(p => Get($"{Api}/studies/{source}{p}")),
            .. ((string[])["", "/report", "/confusion.svg", "/samples/1/prediction", "/samples/1/error"]).Select(p => Get($"{Api}/evaluations/{source}{p}")),
            Get($"{Api}/training-presets/estimate", "preset=tiny&classes=19"), Get("/health/ready"), Get("/v2"), Get("/v2/models/default"), Get("/label-studio/health"), Get("/"), Get("/metrics"),
            new("POST", $"{Api}/segmentations", "encoding=indexed", "image/png", png), new("POST", $"{Api}/segmentations", "", "image/jpeg", jpeg), new("POST", "/hf/default", "", "image/png", png),
            Form($"{Api}/segmentations", ("image", png)), Form($"{Api}/alignments", ("source", png), ("reference", jpeg)),
            Form($"{Api}/datasets", ("manifest", Bytes("""{"name":"zip","domain":"target"}""")), ("archive", png)),
            Form($"{Api}/checkpoints", ("manifest", Bytes("""{"name":"a","architecture":{"backbone":"MobileNetV2"},"labelSpace":"cityscapes19"}""")), ("weights", png)),
            Json("POST", "/hf/default", $$$"""{"inputs":"{{{text}}}","parameters":{"threshold":0.5}}"""),
            Json("POST", "/v2/models/default/infer", """{"inputs":[{"name":"image","shape":[1,3,2,2],"datatype":"FP32","data":[0,0,0,0,0,0,0,0,0,0,0,0]}]}"""),
            Json("POST", "/label-studio/predict", $$$"""{"tasks":[{"id":1,"data":{"image":"data:image/png;base64,{{{text}}}"}}],"label_config":"<View><Image name='i' value='$image'/><BrushLabels name='t' toName='i'><Label value='road'/></BrushLabels></View>"}"""),
            Json("POST", $"{Api}/datasets", """{"name":"again","domain":"target","path":"target","labels":null}"""),
            Json("POST", $"{Api}/datasets/{source}/alignments", $$"""{"name":"aligned","target":"{{target}}","scheme":"gpa"}"""),
            Json("POST", $"{Api}/domain-gaps", $$"""{"source":"{{source}}","target":"{{target}}","maxImages":2}"""),
            Json("POST", $"{Api}/label-spaces", """{"name":"mine","classes":[{"index":0,"name":"road","color":[1,2,3]},{"index":1,"name":"car","color":[4,5,6]}],"subsets":{"all":[0,1]}}"""),
            Json("POST", $"{Api}/evaluations", $$"""{"checkpoint":"default","dataset":"{{target}}"}"""),
            Json("POST", $"{Api}/training-runs", $$$"""{"name":"run",{{{sources}}},"preset":"tiny","options":{"seed":1,"maxIterations":0}}"""),
            Json("POST", $"{Api}/studies", $$$"""{"name":"study","base":{{{{sources}}},"preset":"tiny"},"arms":[{"name":"a","options":{"nope":1}}],"seeds":[1,2]}"""),
            Json("POST", $"{Api}/training-runs/{source}/cancel", """{"mode":"checkpoint"}"""), Json("POST", $"{Api}/training-runs/{source}/resume", """{"fromStage":1}"""),
            new("DELETE", $"{Api}/datasets/00000000-0000-0000-0000-000000000001", "", null, []), new("DELETE", $"{Api}/checkpoints/00000000-0000-0000-0000-000000000001", "", null, []),
            new("DELETE", $"{Api}/session", "", null, []), Json("POST", $"{Api}/studies/{source}/cancel", "{}"), Json("PUT", $"{Api}/checkpoint-aliases/other", """{"checkpoint":"default"}"""), Json("POST", $"{Api}/session", "{}"),
        ];
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
