using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Imaging;

namespace UdaSeg.Bench;

/// <summary>Labelled images in a folder that goes when this is disposed: soft blobs with grain, so that files are about as large as photographs'.</summary>
internal sealed class SyntheticSamples : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("udaseg-bench-").FullName;

    public SyntheticSamples(int count, int width, int height) => All = [.. Enumerable.Range(0, count).Select(i => Write(i, width, height))];

    public static LabelSpace Space => BuiltInLabelSpaces.Cityscapes19;

    public IReadOnlyList<SampleRef> All { get; }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private SampleRef Write(int i, int width, int height)
    {
        var image = new RgbImage(width, height);
        var labels = new LabelMap(width, height);
        var grain = new Random(i);
        for (int p = 0; p < width * height; p++)
        {
            double x = p % width / (double)width, y = p / width / (double)height;
            for (int c = 0; c < 3; c++) image.Pixels[(3 * p) + c] = (byte)(110 + (80 * Math.Sin((7 * x) + i + c) * Math.Cos(5 * y)) + grain.Next(12));
            labels.Labels[p] = (byte)((int)((4 * x) + (5 * y) + i) % Space.Count);
        }

        string at = Path.Combine(_folder, $"{i}.png"), truth = Path.Combine(_folder, $"{i}_label.png");
        File.WriteAllBytes(at, new SkiaImageCodec().Encode(image, ImageFormat.Png));
        File.WriteAllBytes(truth, PngLabelCodec.WriteIndexed(labels, Space));
        return new SampleRef($"{i}", at, truth, LabelMapping.Identity);
    }
}
