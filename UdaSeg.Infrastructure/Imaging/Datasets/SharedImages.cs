using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Ports;

namespace UdaSeg.Infrastructure.Imaging.Datasets;

/// <summary>
/// Tells by content how many images two data sets have in common. Validation keeps each set's digests as an artifact: 32 bytes an image, sorted, each once.
/// </summary>
internal sealed class SharedImages(IArtifactStore artifacts)
{
    private const int DigestBytes = 32;
    private const int MaxNamed = 20;

    public void Save(Guid dataset, IReadOnlyList<byte[]> digests)
    {
        byte[][] sorted = [.. digests];
        Array.Sort(sorted, (a, b) => a.AsSpan().SequenceCompareTo(b));
        artifacts.Write(KeyOf(dataset), stream =>
        {
            byte[]? last = null;
            foreach (byte[] digest in sorted)
            {
                if (last is null || !digest.AsSpan().SequenceEqual(last)) stream.Write(digest);
                last = digest;
            }
        });
    }

    public void Delete(Guid dataset) => artifacts.Delete(KeyOf(dataset));

    /// <returns>Different image contents that both have; null when one was validated before digests were kept.</returns>
    public int? Count(Dataset first, Dataset second)
    {
        if (first.Id == second.Id) return first.Samples;
        return Load(first.Id) is { } a && Load(second.Id) is { } b ? CountCommon(a, b) : null;
    }

    /// <summary>A sentence for each other data set that shares images, the most first.</summary>
    public IReadOnlyList<string> Warnings(Guid dataset, IEnumerable<Dataset> others)
    {
        if (Load(dataset) is not { } mine) return [];
        (Dataset Other, int Count)[] shared =
        [
            .. others.Where(o => o.Id != dataset)
                .Select(o => (o, Load(o.Id) is { } theirs ? CountCommon(mine, theirs) : 0))
                .Where(s => s.Item2 > 0)
                .OrderByDescending(s => s.Item2),
        ];
        IEnumerable<string> named = shared.Take(MaxNamed)
            .Select(s => $"The data set '{s.Other.Name}' ({s.Other.Id}) has {s.Count} of the same image{(s.Count == 1 ? "" : "s")}.");
        return shared.Length <= MaxNamed ? [.. named] : [.. named, $"… and {shared.Length - MaxNamed} more data sets share images."];
    }

    /// <summary>Merges two sorted lists of digests.</summary>
    internal static int CountCommon(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        int count = 0;
        while (!a.IsEmpty && !b.IsEmpty)
        {
            int order = a[..DigestBytes].SequenceCompareTo(b[..DigestBytes]);
            if (order == 0) count++;
            if (order <= 0) a = a[DigestBytes..];
            if (order >= 0) b = b[DigestBytes..];
        }

        return count;
    }

    private byte[]? Load(Guid dataset)
    {
        try
        {
            using Stream stream = artifacts.OpenRead(KeyOf(dataset));
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            return bytes.Length % DigestBytes == 0 ? bytes.ToArray() : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private static string KeyOf(Guid dataset) => $"datasets/{dataset}/image-digests.bin";
}
