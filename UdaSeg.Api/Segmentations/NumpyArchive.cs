using System.IO.Compression;
using System.Text;

namespace UdaSeg.Api.Segmentations;

/// <summary>NumPy's .npz with one float16 array.</summary>
internal static class NumpyArchive
{
    private const int Alignment = 64;

    /// <param name="name">Of the array.</param>
    /// <param name="values">C order.</param>
    /// <param name="file">Receives the archive; stays open.</param>
    /// <param name="shape">Its product is the number of values.</param>
    public static void Write(string name, ReadOnlySpan<float> values, Stream file, params int[] shape)
    {
        using ZipArchive zip = new(file, ZipArchiveMode.Create, leaveOpen: true);
        using Stream entry = zip.CreateEntry($"{name}.npy", CompressionLevel.Fastest).Open();
        entry.Write(Header(shape));
        byte[] block = new byte[8192];
        while (!values.IsEmpty)
        {
            int count = Math.Min(values.Length, block.Length / 2);
            for (int i = 0; i < count; i++) BitConverter.TryWriteBytes(block.AsSpan(2 * i), (Half)values[i]);
            entry.Write(block, 0, 2 * count);
            values = values[count..];
        }
    }

    /// <summary>Magic, version 1.0, the dictionary's length (little-endian), the dictionary padded by blanks to a multiple of 64.</summary>
    private static byte[] Header(int[] shape)
    {
        string dictionary = $"{{'descr': '<f2', 'fortran_order': False, 'shape': ({string.Join(", ", shape)}{(shape.Length == 1 ? "," : "")}), }}";
        int unpadded = 10 + dictionary.Length + 1;
        int length = (unpadded + Alignment - 1) / Alignment * Alignment;
        dictionary = dictionary.PadRight(length - 11) + '\n';
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)(dictionary.Length & 255), (byte)(dictionary.Length >> 8), .. Encoding.ASCII.GetBytes(dictionary)];
    }
}
