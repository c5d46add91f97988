using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Ports;

namespace UdaSeg.Infrastructure.Imaging.Datasets;

/// <summary>What looking at one sample's files found.</summary>
internal sealed record SampleCheck
{
    public List<string> Errors { get; } = [];

    /// <summary>The upright image's; null when it could not be decoded.</summary>
    public (int Width, int Height)? Size { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>SHA-256 of the image file.</summary>
    public byte[] ImageDigest { get; private set; } = [];

    /// <summary>SHA-256 of the label file; empty without one.</summary>
    public byte[] LabelDigest { get; private set; } = [];

    /// <summary>Pixels by class; empty without a usable label.</summary>
    public long[] ClassPixels { get; private set; } = [];

    public IReadOnlyList<UnknownId> Unknown { get; private set; } = [];

    /// <summary>Reads and decodes both files in full. Faults become sentences that name the sample.</summary>
    public static SampleCheck Run(SampleRef sample, IImageCodec codec, LabelReader labels, int classCount, long maxPixels, int maxSide)
    {
        var check = new SampleCheck();
        check.Try($"The image of '{sample.Name}'", () => check.ReadImage(sample, codec, maxPixels, maxSide));
        if (sample.LabelPath is not null) check.Try($"The label of '{sample.Name}'", () => check.ReadLabel(sample, labels, classCount, maxPixels, maxSide));
        return check;
    }

    private void Try(string what, Action read)
    {
        try
        {
            read();
        }
        catch (RuleViolationException e)
        {
            Errors.Add($"{what} is not usable. {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The message may hold a server's path.
            Errors.Add($"{what} cannot be read from the disk.");
        }
    }

    private void ReadImage(SampleRef sample, IImageCodec codec, long maxPixels, int maxSide)
    {
        byte[] file = File.ReadAllBytes(sample.ImagePath);
        Bytes += file.Length;
        ImageDigest = DatasetContent.Digest(file);
        RgbImage image = codec.Decode(file, maxPixels, maxSide);
        Size = (image.Width, image.Height);
    }

    private void ReadLabel(SampleRef sample, LabelReader reader, int classCount, long maxPixels, int maxSide)
    {
        byte[] file = File.ReadAllBytes(sample.LabelPath!);
        Bytes += file.Length;
        LabelDigest = DatasetContent.Digest(file);
        LabelReading reading = reader.Read(PngLabelCodec.Read(file, maxPixels, maxSide));
        if (Size is { } size && size != (reading.Map.Width, reading.Map.Height))
        {
            Errors.Add($"The label of '{sample.Name}' is {reading.Map.Width}×{reading.Map.Height}, but its image is {size.Width}×{size.Height}.");
            return;
        }

        Unknown = reading.Unknown;
        var counts = new long[256];
        foreach (byte label in reading.Map.Labels) counts[label]++;
        ClassPixels = counts[..classCount];
    }
}
