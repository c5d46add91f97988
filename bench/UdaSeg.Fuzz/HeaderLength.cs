using System.Buffers.Binary;

namespace UdaSeg.Fuzz;

/// <summary>A safetensors file begins with its header's length, which an insertion makes wrong.</summary>
internal static class HeaderLength
{
    /// <summary>Sets it to the end of the header's object, found by counting braces.</summary>
    public static byte[] Mend(byte[] file)
    {
        int depth = 0;
        for (int i = 8; i < file.Length; i++)
        {
            depth += file[i] == '{' ? 1 : file[i] == '}' ? -1 : 0;
            if (depth > 0) continue;
            BinaryPrimitives.WriteInt64LittleEndian(file, i - 7);
            break;
        }

        return file;
    }
}
