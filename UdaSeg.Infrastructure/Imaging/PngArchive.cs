using System.IO.Compression;

namespace UdaSeg.Infrastructure.Imaging;

/// <summary>PNGs by name in one artifact: a zip, stored uncompressed (PNG is compressed already). Reading is safe for several threads.</summary>
/// <param name="file">Is disposed with the archive.</param>
internal sealed class PngArchive(Stream file) : IDisposable
{
    // Zip's first moment: equal pictures give equal bytes.
    private static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ZipArchive _zip = new(file, ZipArchiveMode.Read);

    public int Count => _zip.Entries.Count;

    /// <param name="output">Need not be seekable.</param>
    /// <param name="files">Names are without an ending and may have slashes; taken one at a time.</param>
    public static void Write(Stream output, IEnumerable<(string Name, byte[] Png)> files)
    {
        using var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true);
        foreach ((string name, byte[] png) in files)
        {
            ZipArchiveEntry entry = zip.CreateEntry(EntryOf(name), CompressionLevel.NoCompression);
            entry.LastWriteTime = NoTime;
            using Stream content = entry.Open();
            content.Write(png);
        }
    }

    /// <returns>Null when there is none of that name.</returns>
    public byte[]? Find(string name)
    {
        lock (_zip)
        {
            if (_zip.GetEntry(EntryOf(name)) is not { } entry) return null;
            byte[] bytes = new byte[entry.Length];
            using Stream content = entry.Open();
            content.ReadExactly(bytes);
            return bytes;
        }
    }

    public void Dispose()
    {
        _zip.Dispose();
        file.Dispose();
    }

    private static string EntryOf(string name) => name + ".png";
}
