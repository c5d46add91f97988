using SkiaSharp;
using UdaSeg.Domain.Datasets;

namespace UdaSeg.Api.Tests.Support;

/// <summary>Small data sets on the disk. The labels' content is not looked at here.</summary>
internal static class FolderSets
{
    public static Dataset Make(string root, string name, int images, bool labels)
    {
        byte[] png = Png();
        foreach (string folder in labels ? new[] { "images", "labels" } : ["images"])
        {
            string path = Directory.CreateDirectory(Path.Combine(root, name, folder)).FullName;
            for (int i = 0; i < images; i++) File.WriteAllBytes(Path.Combine(path, $"{i}.png"), png);
        }

        Dataset set = Samples.Dataset(name, labelled: labels ? images : 0, root: root);
        return set with { Samples = images, Labels = labels ? "labels" : null };
    }

    private static byte[] Png()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(4, 4, SKColorType.Gray8));
        using SKData data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }
}
