using System.Collections.Concurrent;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Photometry;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Torch.Data;

namespace UdaSeg.Infrastructure.Torch.Translation;

/// <summary>A domain's samples with their images as a translator painted them. Safe for several threads.</summary>
/// <param name="originals">Names and labels; the painted images have the originals' sizes.</param>
/// <param name="painted">The images.</param>
/// <param name="codec">Reads them.</param>
/// <param name="budget">Of decoded images, in bytes.</param>
internal sealed class TranslatedSamples(ISamples originals, TranslatorArtifacts painted, IImageCodec codec, long budget = SampleStore.DefaultBudget)
    : ISamples, IDisposable
{
    private readonly ImageCache _images = new(budget);
    private readonly ConcurrentDictionary<int, Lazy<PngArchive>> _archives = new();
    private readonly ConcurrentDictionary<int, StyleProfile> _styles = new();

    public int Count => originals.Count;

    public SampleRef this[int index] => originals[index];

    public RgbImage Image(int index) => _images.Get(index, Decode);

    public LabelMap Labels(int index) => originals.Labels(index);

    public StyleProfile Style(int index) => _styles.GetOrAdd(index, i => StyleProfile.Of(Image(i)));

    public FourierStyle Frequencies(int index, int width, int height, double beta) =>
        FourierStyle.Of(ImageResizing.Resize(Image(index), width, height), FourierAligner.HalfWidth(width, height, beta));

    public void Dispose()
    {
        foreach (Lazy<PngArchive> archive in _archives.Values)
        {
            if (archive.IsValueCreated) archive.Value.Dispose();
        }
    }

    private RgbImage Decode(int index)
    {
        Lazy<PngArchive> archive = _archives.GetOrAdd(
            index / TranslatorArtifacts.ImagesAnArchive, number => new Lazy<PngArchive>(() => painted.Images(number)));
        byte[] png = archive.Value.Find(TranslatorArtifacts.NameOf(index)) ?? throw new InvalidDataException($"Source sample {index} was not translated.");
        return codec.Decode(png);
    }
}
