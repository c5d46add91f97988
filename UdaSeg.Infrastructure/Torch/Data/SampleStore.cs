using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Photometry;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Imaging;

namespace UdaSeg.Infrastructure.Torch.Data;

/// <summary>
/// The samples of one domain at the plan's base size. Decoded images and labels stay in memory while they fit a budget, style profiles always do
/// (33 KB each), so no reference is decoded while training. Beyond the budget each thread keeps its last image: a sample's crop, labels and alignment
/// ask for it in turn. Safe for several threads.
/// </summary>
internal sealed class SampleStore(
    IReadOnlyList<SampleRef> samples, PixelSize? baseSize, int classes, IImageCodec codec, long budget = SampleStore.DefaultBudget) : ISamples
{
    /// <summary>A thousand images of 640×480 with labels; beyond it images are decoded anew.</summary>
    public const long DefaultBudget = 1L << 30;

    private readonly ConcurrentDictionary<int, RgbImage> _images = new();
    private readonly ConcurrentDictionary<int, LabelMap> _labels = new();
    private readonly ConcurrentDictionary<int, StyleProfile> _styles = new();
    private readonly ConcurrentDictionary<(int Index, int Width, int Height, double Beta), FourierStyle> _frequencies = new();
    private readonly ConcurrentDictionary<Domain.Labels.LabelMapping, LabelReader> _readers = new();
    private readonly ThreadLocal<(int Index, RgbImage? Image)> _last = new();
    private long _used;
    private int _decoded;

    public int Count => samples.Count;

    /// <summary>How many images were decoded so far; tests show by it that references are not.</summary>
    public int Decoded => Volatile.Read(ref _decoded);

    public SampleRef this[int index] => samples[index];

    public RgbImage Image(int index)
    {
        if (_images.TryGetValue(index, out RgbImage? cached)) return cached;
        if (_last.Value is { Image: { } last } seen && seen.Index == index) return last;
        RgbImage image = Read(samples[index].ImagePath, file => codec.Decode(file.Span, ImageLimits.DefaultMaxPixels));
        Interlocked.Increment(ref _decoded);
        if (baseSize is { } size && (image.Width, image.Height) != (size.Width, size.Height)) image = ImageResizing.Resize(image, size.Width, size.Height);
        if (Fits(image.Pixels.Length)) _images[index] = image;
        else _last.Value = (index, image);
        return image;
    }

    /// <summary>Of the size of <see cref="Image"/>.</summary>
    public LabelMap Labels(int index)
    {
        if (_labels.TryGetValue(index, out LabelMap? cached)) return cached;
        LabelMap labels = FileLabels(index);
        RgbImage image = Image(index);
        if ((labels.Width, labels.Height) != (image.Width, image.Height)) labels = ImageResizing.ResizeNearest(labels, image.Width, image.Height);
        if (Fits(labels.Labels.Length)) _labels[index] = labels;
        return labels;
    }

    /// <summary>Of the size of the label file.</summary>
    public LabelMap FileLabels(int index)
    {
        SampleRef sample = samples[index];
        string path = sample.LabelPath ?? throw new InvalidOperationException($"Sample {sample.Name} has no label.");
        LabelReader reader = _readers.GetOrAdd(sample.Mapping, mapping => new LabelReader(mapping, classes));
        return Read(path, file => reader.Read(PngLabelCodec.Read(file)).Map);
    }

    /// <summary>The low frequencies of the image at a source's size, for the Fourier scheme; kept like <see cref="Style"/>.</summary>
    /// <param name="index">Of the sample.</param>
    /// <param name="width">Of the source image, in pixels.</param>
    /// <param name="height">Of the source image, in pixels.</param>
    /// <param name="beta">β_f.</param>
    public FourierStyle Frequencies(int index, int width, int height, double beta) => _frequencies.GetOrAdd(
        (index, width, height, beta),
        _ => FourierStyle.Of(ImageResizing.Resize(Image(index), width, height), FourierAligner.HalfWidth(width, height, beta)));

    public StyleProfile Style(int index) => _styles.GetOrAdd(index, i => StyleProfile.Of(Image(i)));

    /// <summary>Through a buffer of the shared pool: a file is larger than what the garbage collector takes back cheaply.</summary>
    private static T Read<T>(string path, Func<ReadOnlyMemory<byte>, T> decode)
    {
        using SafeFileHandle file = File.OpenHandle(path);
        int length = checked((int)RandomAccess.GetLength(file)), read = 0;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            while (read < length && RandomAccess.Read(file, buffer.AsSpan(read, length - read), read) is > 0 and int more) read += more;
            return decode(buffer.AsMemory(0, read));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private bool Fits(long bytes)
    {
        if (Interlocked.Add(ref _used, bytes) <= budget) return true;
        Interlocked.Add(ref _used, -bytes);
        return false;
    }
}
