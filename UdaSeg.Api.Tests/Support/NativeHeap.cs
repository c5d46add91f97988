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

    /// <summary>Without what only waits for the collector.</summary>
    public static long BytesKept()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return BytesInUse();
    }

    /// <summary>
    /// The (lower) median growth from one reading to the next. What leaks with each step is in every one of them; the compiler and the collector of the runtime take and give
    /// back megabytes meanwhile, but now and then.
    /// </summary>
    /// <param name="readings">In order and evenly spaced, at least two.</param>
    public static long Growth(IReadOnlyList<long> readings)
    {
        long[] grown = [.. readings.Skip(1).Zip(readings, (after, before) => after - before).Order()];
        return grown[(grown.Length - 1) / 2];
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
