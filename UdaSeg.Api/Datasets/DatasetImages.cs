using Microsoft.Extensions.Caching.Memory;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Photometry;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Imaging;

namespace UdaSeg.Api.Datasets;

/// <summary>A data set's files as answers. Synchronous: the callers run it off the request's thread.</summary>
internal sealed class DatasetImages(DatasetSamples samples, IImageCodec codec, IMemoryCache cache)
{
    /// <summary>Images that a data set's style is measured on: their spread is small against what it is used for.</summary>
    private const int StyleImages = 50;

    /// <summary>Enough for the header of any usual file; the rest is read where it is not.</summary>
    private const int HeaderBytes = 64 << 10;

    public ImageHeader? Header(string path)
    {
        try
        {
            byte[] head = new byte[HeaderBytes];
            using FileStream file = File.OpenRead(path);
            int count = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            return TryIdentify(head.AsSpan(0, count)) ?? TryIdentify(File.ReadAllBytes(path));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <returns>An indexed PNG in the label space.</returns>
    /// <exception cref="RuleViolationException"><c>label-not-found</c> (404), <c>undecodable-label</c>, <c>dataset-unreadable</c> and the like (422).</exception>
    public byte[] Label(SampleRef sample, LabelSpace space) => PngLabelCodec.WriteIndexed(Truth(sample, space), space);

    /// <returns>A PNG of the image with the classes' colours over it.</returns>
    /// <exception cref="RuleViolationException">As <see cref="Label"/>; <c>sizes-differ</c> (422).</exception>
    public byte[] Overlay(SampleRef sample, LabelSpace space)
    {
        LabelMap map = Truth(sample, space);
        RgbImage image = Photo(sample);
        return (image.Width, image.Height) == (map.Width, map.Height)
            ? codec.Encode(LabelColorizer.Overlay(image, map, space), ImageFormat.Png)
            : throw new RuleViolationException(
                RuleKind.Unusable, "sizes-differ", $"The image is {image.Width}×{image.Height}, its label {map.Width}×{map.Height}.");
    }

    /// <summary>Upright, of the size that it is stored in.</summary>
    /// <exception cref="RuleViolationException"><c>dataset-unreadable</c>, <c>undecodable-image</c> and the like (422).</exception>
    public RgbImage Photo(SampleRef sample) => codec.Decode(ReadFile(sample, sample.ImagePath), ImageLimits.DefaultMaxPixels);

    /// <returns>The label's classes; 255 where it is ignored.</returns>
    /// <exception cref="RuleViolationException">As <see cref="Label"/>.</exception>
    public static LabelMap Truth(SampleRef sample, LabelSpace space)
    {
        if (sample.LabelPath is null) throw new RuleViolationException(RuleKind.NotFound, "label-not-found", $"The sample '{sample.Name}' has no label.");
        return new LabelReader(sample.Mapping, space.Count).Read(PngLabelCodec.Read(ReadFile(sample, sample.LabelPath))).Map;
    }

    public StyleAnswer Style(Dataset dataset) => cache.GetOrCreate(("style", dataset.Id, dataset.ContentHash), entry =>
    {
        entry.SlidingExpiration = TimeSpan.FromHours(1);
        IReadOnlyList<SampleRef> all = samples.List(dataset);
        int count = Math.Min(StyleImages, all.Count);
        StyleProfile[] profiles =
        [
            .. Enumerable.Range(0, count).Select(i => all[(int)((long)i * all.Count / count)])
                .Select(s => StyleProfile.Of(codec.Decode(ReadFile(s, s.ImagePath), ImageLimits.DefaultMaxPixels))),
        ];
        if (profiles.Length == 0) throw new RuleViolationException(RuleKind.Conflict, "dataset-not-ready", "The data set has no images.");
        return StyleAnswer.Of(StyleProfile.Average(profiles), count);
    })!;

    /// <summary>Of a registered folder, whose owner may change it at any time.</summary>
    /// <exception cref="RuleViolationException"><c>dataset-unreadable</c> (422).</exception>
    public static byte[] ReadFile(SampleRef sample, string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(sample, fault);
        }
    }

    public static RuleViolationException Unreadable(SampleRef sample, Exception? inner = null) =>
        new(RuleKind.Unusable, "dataset-unreadable", $"The files of the sample '{sample.Name}' cannot be read.", inner: inner);

    private ImageHeader? TryIdentify(ReadOnlySpan<byte> file)
    {
        try
        {
            return codec.Identify(file);
        }
        catch (RuleViolationException)
        {
            return null;
        }
    }
}
