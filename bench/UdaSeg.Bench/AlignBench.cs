using System.Globalization;
using UdaSeg.Bench.Measuring;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Photometry;
using UdaSeg.Infrastructure.Imaging;

namespace UdaSeg.Bench;

/// <summary>
/// Global photometric alignment, hybrid scheme, image in memory to aligned image in memory, beside OpenCV:
/// <c>align [--images FOLDER] [--size 2048x1024] [--crop 896x512] [--rounds 15]</c>.
/// </summary>
internal static class AlignBench
{
    private static readonly AlignmentSettings Settings = new();

    public static void Run(BenchOptions options)
    {
        (int width, int height) = options.Size("size", "2048x1024");
        int rounds = options.Number("rounds", 15);
        (RgbImage source, RgbImage reference) = AlignImages.Pair(options.Text("images", ""), width, height);
        (int cropWidth, int cropHeight) = options.Size("crop", "896x512");
        var crop = new CropWindow(width, height, (width - cropWidth) / 2, (height - cropHeight) / 2, cropWidth, cropHeight);
        Console.WriteLine($"\n{width}x{height}, {(options.Text("images", "").Length > 0 ? "images of a folder" : "synthetic images")}");
        using var files = new RawFiles(source, reference);
        OneThread(files, source, reference, crop, rounds);
        Threads(source, reference, rounds);
        AlignParts.Run(source, reference, rounds);
        AlignErrors.Run(source, reference);
    }

    private static void OneThread(RawFiles files, RgbImage source, RgbImage reference, CropWindow crop, int rounds)
    {
        var result = new RgbImage(source.Width, source.Height);
        (StyleProfile mine, StyleProfile theirs) = (StyleProfile.Of(source), StyleProfile.Of(reference));
        IContender?[] contenders =
        [
            new Contender("ours: both images profiled, mapped", () => Align(source, StyleProfile.Of(reference), result, 1)),
            new Contender("ours: reference's profile kept", () => Align(source, theirs, result, 1)),
            new Contender("ours: both profiles kept", () => PhotometricMap.Solve(mine, theirs, Settings).Apply(source, result)),
            new Contender($"ours: both profiles kept, crop {crop.Width}x{crop.Height} only", () =>
            {
                RgbImage part = ImageResizing.ScaledCrop(source, crop);
                PhotometricMap.Solve(mine, theirs, Settings).Apply(part, part);
            }),
            Peer.Start("OpenCV 8-bit", "opencv_gpa.py", files.Arguments("8bit", 1)),
            Peer.Start("OpenCV float, NumPy's histogram and interp", "opencv_gpa.py", files.Arguments("numpy", 1)),
            Peer.Start("OpenCV float, calcHist and a fine table", "opencv_gpa.py", files.Arguments("float", 1)),
        ];
        Comparison.Run("One thread", contenders, 3, rounds);
    }

    private static void Threads(RgbImage source, RgbImage reference, int rounds)
    {
        var result = new RgbImage(source.Width, source.Height);
        StyleProfile theirs = StyleProfile.Of(reference);
        Comparison.Run(
            "Two threads against one: both images profiled",
            [Of("2 threads", 2), Of("1 thread", 1)],
            1,
            rounds);
        Comparison.Run(
            "Two threads against one: reference's profile kept",
            [Kept("2 threads", 2), Kept("1 thread", 1)],
            1,
            rounds);

        Contender Of(string name, int threads) => new(name, () => Align(source, StyleProfile.Of(reference, threads), result, threads));
        Contender Kept(string name, int threads) => new(name, () => Align(source, theirs, result, threads));
    }

    private static void Align(RgbImage source, StyleProfile reference, RgbImage result, int threads) =>
        PhotometricMap.Solve(StyleProfile.Of(source, threads), reference, Settings).Apply(source, result, threads);
}

/// <summary>The pair of images as raw files that a peer reads.</summary>
internal sealed class RawFiles : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("udaseg-bench-");
    private readonly string[] _size;

    public RawFiles(RgbImage source, RgbImage reference)
    {
        _size = [source.Width.ToString(CultureInfo.InvariantCulture), source.Height.ToString(CultureInfo.InvariantCulture)];
        File.WriteAllBytes(Name("source"), source.Pixels);
        File.WriteAllBytes(Name("reference"), reference.Pixels);
    }

    public string[] Arguments(string mode, int threads) =>
        [mode, .. _size, Name("source"), Name("reference"), AlignmentSettings.DefaultBeta.ToString(CultureInfo.InvariantCulture), $"{threads}"];

    public void Dispose() => _folder.Delete(recursive: true);

    private string Name(string image) => Path.Combine(_folder.FullName, $"{image}.rgb");
}
