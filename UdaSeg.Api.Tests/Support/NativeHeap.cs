using System.Runtime.InteropServices;

namespace UdaSeg.Api.Tests.Support;

/// <summary>What this process's C library has given out and not taken back: unlike resident memory it does not depend on what the heap keeps for later.</summary>
internal static partial class NativeHeap
{
    public static long BytesInUse()
    {
        Info info = Read();
        return (long)(info.InUse + info.Mapped);
    }

    [LibraryImport("libc", EntryPoint = "mallinfo2")]
    private static partial Info Read();

    /// <summary>The fields of glibc's <c>struct mallinfo2</c> in their order.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Info
    {
        public readonly nuint Arena, Chunks, FastChunks, MappedChunks, Mapped, Unused, FastBytes, InUse, Free, Releasable;
    }
}
