using System.Globalization;
using SkiaSharp;
using UdaSeg.Demo.Scenes;

namespace UdaSeg.Demo;

/// <summary>Shows what the models make of one image, through the public interface, and keeps it in files.</summary>
/// <param name="folder">Where the files go.</param>
internal sealed class DemoGallery(UdaSegClient client, DemoData data, string folder)
{
    /// <summary>The image of each set that is shown.</summary>
    private const int Shown = 0;

    /// <returns>The path of <c>demo.png</c>.</returns>
    public async Task<string> DrawAsync(Trained sourceOnly, Trained adapted, double finalMiou, CancellationToken cancel)
    {
        byte[] game = await File.ReadAllBytesAsync(data.ImagePath(DemoData.Game, Shown), cancel);
        byte[] reference = await File.ReadAllBytesAsync(data.ImagePath(DemoData.Camera, Shown), cancel);
        byte[] input = await File.ReadAllBytesAsync(data.ImagePath(DemoData.CameraVal, Shown), cancel);
        (byte[] aligned, string? gamma) = await client.AlignAsync(game, reference, cancel);
        byte[] before = await client.SegmentAsync(sourceOnly.Checkpoint, input, "color", cancel);
        byte[] after = await client.SegmentAsync(adapted.Checkpoint, input, "color", cancel);
        Keep("aligned.png", aligned);
        Keep("segmentation-index.png", await client.SegmentAsync(adapted.Checkpoint, input, "index", cancel));
        Keep("segmentation-overlay.png", await client.SegmentAsync(adapted.Checkpoint, input, "overlay", cancel));

        using SKBitmap gameImage = Pixels.Decode(game), gameLabels = Labels(DemoData.Game), referenceImage = Pixels.Decode(reference), alignedImage = Pixels.Decode(aligned);
        using SKBitmap inputImage = Pixels.Decode(input), beforeMask = Pixels.Decode(before), afterMask = Pixels.Decode(after), truth = Labels(DemoData.CameraVal);
        IReadOnlyList<Panel> source =
        [
            new("game image", gameImage), new("its labels", gameLabels), new("a camera image", referenceImage),
            new(gamma is null ? "game, aligned to it" : $"game, aligned: gamma {Round(gamma)}", alignedImage),
        ];
        IReadOnlyList<Panel> target =
        [
            new("camera image", inputImage), new($"source only: {Percent(sourceOnly.MiouAt(0))}", beforeMask),
            new($"coarse to fine: {Percent(finalMiou)}", afterMask), new("ground truth", truth),
        ];
        return Keep("demo.png", Picture.Compose([source, target], DemoClasses.All));
    }

    private static string Percent(double miou) => string.Create(CultureInfo.InvariantCulture, $"{100 * miou:0.0}%");

    private static string Round(string number) =>
        double.TryParse(number, CultureInfo.InvariantCulture, out double value) ? value.ToString("0.00", CultureInfo.InvariantCulture) : number;

    private SKBitmap Labels(string set)
    {
        using SKBitmap grey = Pixels.Decode(File.ReadAllBytes(data.LabelPath(set, Shown)));
        return Pixels.Colorize(grey, [.. DemoClasses.All.Select(Picture.Color)]);
    }

    private string Keep(string name, byte[] file)
    {
        string path = Path.Combine(folder, name);
        File.WriteAllBytes(path, file);
        return path;
    }
}
