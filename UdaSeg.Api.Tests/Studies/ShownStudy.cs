using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Api.Tests.Studies;

/// <summary>A study of two arms and two seeds that is measured on ten images, nine of them labelled. Image i is of colour 7 · i and its label of class i.</summary>
internal sealed class ShownStudy : IAsyncDisposable
{
    public const int Width = 40, Height = 24;

    /// <summary>The middle one of each of six equal parts of the nine that have labels; <c>c-1</c> has none.</summary>
    public static readonly string[] Shown = ["a", "c", "d", "f", "g", "i"];

    private static readonly string[] s_names = ["a", "b", "c", "c-1", "d", "e", "f", "g", "h", "i"];

    private ShownStudy(StudyBench bench, Dataset images, TellingLoader loader) => (Bench, Images, Loader) = (bench, images, loader);

    public StudyBench Bench { get; }

    public Dataset Images { get; }

    public TellingLoader Loader { get; }

    public JsonElement Study { get; private set; }

    public string Path => $"{StudyBench.Path}/{Study.Id()}/predictions";

    public HttpClient Client => Bench.Client;

    public static async Task<ShownStudy> StartAsync(int workers = 4, int waiting = 16)
    {
        var loader = new TellingLoader();
        StudyBench bench = await new StudyBench(more: services => services.AddSingleton<ISegmenterLoader>(loader), workers: workers, waiting: waiting).StartAsync();
        var shown = new ShownStudy(bench, Samples.Dataset("shown", root: bench.DatasetRoot), loader);
        shown.WriteFiles();
        await bench.AddAsync(shown.Images);
        Dictionary<string, object?> body = bench.Body();
        ((Dictionary<string, object?>)body["base"]!)["evaluation"] = shown.Images.Id;
        shown.Study = await bench.SubmitAsync(body);
        return shown;
    }

    /// <summary>Lets a run succeed, and its model be known by a number.</summary>
    public (Guid Checkpoint, Guid Evaluation) Finish(int arm, int seed, int number)
    {
        (Guid checkpoint, Guid evaluation) = Bench.Finish(StudyBench.RunOf(Study, arm, seed), Samples.Report(number / 10.0));
        Loader.Numbers[checkpoint] = number;
        return (checkpoint, evaluation);
    }

    /// <summary>Once no run of the study needs it any more.</summary>
    public async Task DeleteImagesAsync()
    {
        RunLedger ledger = Bench.Service<RunLedger>();
        foreach ((int arm, int seed) in new[] { (0, 0), (0, 1), (1, 0), (1, 1) })
        {
            ledger.Write(StudyBench.RunOf(Study, arm, seed), run => run.Status.IsTerminal() ? run : run.Cancel(Samples.Now));
        }

        await Bench.Service<DatasetStore>().DeleteAsync(Images.Id, default);
    }

    public string FileOf(string image, string folder = "images") => System.IO.Path.Combine(Bench.DatasetRoot, "shown", folder, $"{image}.png");

    /// <summary>Class of every pixel of a label file that has one alone.</summary>
    public static int ClassOf(byte[] png)
    {
        LabelFile file = PngLabelCodec.Read(png);
        return file.Values.Distinct().Single();
    }

    public static int IndexOf(string image) => Array.IndexOf(s_names, image);

    public ValueTask DisposeAsync() => Bench.DisposeAsync();

    private void WriteFiles()
    {
        var codec = new SkiaImageCodec();
        foreach (string folder in new[] { "images", "labels" }) Directory.CreateDirectory(System.IO.Path.Combine(Bench.DatasetRoot, "shown", folder));
        foreach (string name in s_names)
        {
            var photo = new RgbImage(Width, Height);
            Array.Fill(photo.Pixels, (byte)(7 * IndexOf(name)));
            File.WriteAllBytes(FileOf(name), codec.Encode(photo, ImageFormat.Png));
            var label = new LabelMap(Width, Height);
            Array.Fill(label.Labels, (byte)IndexOf(name));
            if (name != "c-1") File.WriteAllBytes(FileOf(name, "labels"), PngLabelCodec.WriteIndexed(label, BuiltInLabelSpaces.Synthia16));
        }
    }
}
