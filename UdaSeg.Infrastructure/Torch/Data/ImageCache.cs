using System.Collections.Concurrent;
using UdaSeg.Domain.Images;

namespace UdaSeg.Infrastructure.Torch.Data;

/// <summary>
/// Images by sample, kept while they fit a budget. Beyond it each thread keeps its last: a sample's crop, labels and alignment ask for it in turn. Safe for
/// several threads.
/// </summary>
/// <param name="budget">In bytes.</param>
internal sealed class ImageCache(long budget)
{
    private readonly ConcurrentDictionary<int, RgbImage> _images = new();
    private readonly ThreadLocal<(int Index, RgbImage? Image)> _last = new();
    private long _used;

    public RgbImage Get(int index, Func<int, RgbImage> read)
    {
        if (_images.TryGetValue(index, out RgbImage? cached)) return cached;
        if (_last.Value is { Image: { } last } seen && seen.Index == index) return last;
        RgbImage image = read(index);
        if (TryTake(image.Pixels.Length)) _images[index] = image;
        else _last.Value = (index, image);
        return image;
    }

    /// <summary>For what is kept elsewhere beside the images.</summary>
    /// <returns>Whether so many bytes were left.</returns>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _used, bytes) <= budget) return true;
        Interlocked.Add(ref _used, -bytes);
        return false;
    }

    public void Clear()
    {
        foreach (int index in _images.Keys)
        {
            if (_images.TryRemove(index, out RgbImage? image)) Interlocked.Add(ref _used, -image.Pixels.Length);
        }
    }
}
