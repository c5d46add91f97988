using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace UdaSeg.Domain.Images;

/// <summary>
/// Arrays of exactly the length asked for, kept for the next image of that size: a service sees the same few sizes again and again, and fresh arrays of
/// megabytes a request cost as much as decoding. Whoever rents may return, and need not: what is not returned is collected. Safe for several threads.
/// </summary>
public static class PixelPool
{
    /// <summary>Arrays below it are no large objects, and not worth keeping.</summary>
    private const int LeastBytes = 85_000;

    /// <summary>Kept at most, over all lengths: some ten images of 2048×1024 with labels and confidences.</summary>
    private const long MostBytes = 128L << 20;

    private static long _kept;

    /// <returns>An array with arbitrary content.</returns>
    public static T[] Rent<T>(int length)
        where T : unmanaged
    {
        if (!Kept<T>.ByLength.TryGetValue(length, out ConcurrentBag<T[]>? bag) || !bag.TryTake(out T[]? array)) return GC.AllocateUninitializedArray<T>(length);
        Interlocked.Add(ref _kept, -Bytes(array));
        return array;
    }

    /// <param name="array">Not used by anybody any more.</param>
    public static void Return<T>(T[]? array)
        where T : unmanaged
    {
        if (array is null || Bytes(array) < LeastBytes) return;
        if (Interlocked.Add(ref _kept, Bytes(array)) > MostBytes) Interlocked.Add(ref _kept, -Bytes(array));
        else Kept<T>.ByLength.GetOrAdd(array.Length, _ => []).Add(array);
    }

    private static long Bytes<T>(T[] array)
        where T : unmanaged => (long)array.Length * Unsafe.SizeOf<T>();

    private static class Kept<T>
    {
        public static readonly ConcurrentDictionary<int, ConcurrentBag<T[]>> ByLength = new();
    }
}
