using System.IO.Compression;
using System.Text;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Labels;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Imaging.Datasets.Archives;
using UdaSeg.Infrastructure.Torch.Safetensors;

namespace UdaSeg.Fuzz;

/// <summary>The readers that the service wrote itself or wraps rules around.</summary>
internal static class Targets
{
    private const int MaxPixels = 1 << 20, MaxSide = 4096;

    private static readonly ArchiveLimits s_limits = new(Entries: 1000, UnpackedBytes: 16 << 20, Ratio: 200);

    public static IReadOnlyDictionary<string, FuzzTarget> All { get; } = new Dictionary<string, FuzzTarget>(StringComparer.Ordinal)
    {
        ["label-png"] = new(ReadLabel, [.. Labels()], PngSums.Mend),
        ["safetensors"] = new(ReadTensors, [.. Tensors()], HeaderLength.Mend),
        ["zip"] = new(ReadZip, [.. Zips()], file => file),
    };

    private static void ReadLabel(byte[] file) => Judge(() =>
    {
        LabelFile label = PngLabelCodec.Read(file, MaxPixels, MaxSide);
        if ((long)label.Width * label.Height > MaxPixels) throw new InvalidOperationException("More pixels than the limit came through.");
    });

    private static void ReadTensors(byte[] file) => Judge(() =>
    {
        long values = SafetensorsReader.ReadWithMetadata(new MemoryStream(file)).Tensors.Sum(t => (long)t.Values.Length);
        if (values * sizeof(float) > file.Length) throw new InvalidOperationException("More values than bytes came out.");
    });

    private static void ReadZip(byte[] file) => Judge(() =>
    {
        long written = 0;
        ArchiveReader.Unpack(
            new MemoryStream(file),
            s_limits,
            (name, copy) =>
            {
                if (Path.IsPathRooted(name) || name.Split('/', '\\').Contains("..")) throw new InvalidOperationException($"'{name}' came through.");
                using var to = new MemoryStream();
                copy(to);
                written += to.Length;
            },
            CancellationToken.None);
        if (written > s_limits.UnpackedBytes) throw new InvalidOperationException("More bytes than the limit came through.");
    });

    private static void Judge(Action read)
    {
        try
        {
            read();
        }
        catch (RuleViolationException)
        {
            // Refused as documented.
        }
    }

    private static IEnumerable<byte[]> Labels()
    {
        var map = new LabelMap(9, 7);
        for (int i = 0; i < map.Labels.Length; i++) map.Labels[i] = (byte)(i % 5);
        yield return PngLabelCodec.WriteGrey(map);
        yield return PngLabelCodec.WriteIndexed(map, BuiltInLabelSpaces.All[0]);
        foreach ((int bits, int type, int channels) in ((int, int, int)[])[(1, 0, 1), (2, 3, 1), (16, 0, 1), (8, 2, 3), (16, 2, 3), (8, 4, 2), (16, 6, 4)]) yield return PngSums.Make(9, 7, bits, type, channels);
    }

    private static IEnumerable<byte[]> Tensors()
    {
        foreach (int count in (int[])[0, 1, 3])
        {
            using var file = new MemoryStream();
            TensorEntry[] tensors = [.. Enumerable.Range(0, count).Select(i => new TensorEntry($"layer{i}.weight", [2, i + 1], new float[2 * (i + 1)]))];
            SafetensorsWriter.Write(file, tensors, count == 1 ? new Dictionary<string, string> { ["format"] = "pt" } : null);
            yield return file.ToArray();
        }

        yield return HeaderLength.Mend([.. new byte[8], .. Encoding.UTF8.GetBytes("""{"n":{"dtype":"I64","shape":[],"data_offsets":[0,8]}}"""), .. new byte[8]]);
    }

    private static IEnumerable<byte[]> Zips()
    {
        foreach (CompressionLevel level in (CompressionLevel[])[CompressionLevel.NoCompression, CompressionLevel.SmallestSize])
        {
            using var file = new MemoryStream();
            using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
            {
                foreach (string name in (string[])["images/a.png", "labels/a.png", ".hidden/x", "images/", "straße/道.png"])
                {
                    using Stream entry = zip.CreateEntry(name, level).Open();
                    if (!name.EndsWith('/')) entry.Write("abcabcabcabcabc"u8);
                }
            }

            yield return file.ToArray();
        }
    }
}
