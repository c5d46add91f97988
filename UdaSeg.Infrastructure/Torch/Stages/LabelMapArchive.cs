using System.Globalization;
using System.IO.Compression;
using UdaSeg.Domain.Images;
using UdaSeg.Infrastructure.Imaging;

namespace UdaSeg.Infrastructure.Torch.Stages;

/// <summary>
/// Label maps of many target images in one artifact, so that a stage's pseudo-labels are published whole by one rename (or one upload), not by thousands.
/// A zip of grey PNGs named by sample, stored uncompressed (PNG is). Reading is safe for several threads.
/// </summary>
internal sealed class LabelMapArchive(Stream file) : IDisposable
{
    // Zip's first moment: equal maps give equal bytes.
    private static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ZipArchive _zip = new(file, ZipArchiveMode.Read);

    /// <param name="output">Need not be seekable.</param>
    /// <param name="maps">By sample; taken one at a time.</param>
    public static void Write(Stream output, IEnumerable<(int Sample, LabelMap Map)> maps)
    {
        using var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true);
        foreach ((int sample, LabelMap map) in maps)
        {
            ZipArchiveEntry entry = zip.CreateEntry(NameOf(sample), CompressionLevel.NoCompression);
            entry.LastWriteTime = NoTime;
            using Stream content = entry.Open();
            content.Write(PngLabelCodec.WriteGrey(map));
        }
    }

    /// <returns>Null when the sample has no map.</returns>
    public LabelMap? Find(int sample)
    {
        byte[] bytes;
        lock (_zip)
        {
            if (_zip.GetEntry(NameOf(sample)) is not { } entry) return null;
            bytes = new byte[entry.Length];
            using Stream content = entry.Open();
            content.ReadExactly(bytes);
        }

        LabelFile png = PngLabelCodec.Read(bytes);
        return new LabelMap(png.Width, png.Height, Array.ConvertAll(png.Values, v => (byte)v));
    }

    public void Dispose()
    {
        _zip.Dispose();
        file.Dispose();
    }

    private static string NameOf(int sample) => sample.ToString("D6", CultureInfo.InvariantCulture) + ".png";
}
