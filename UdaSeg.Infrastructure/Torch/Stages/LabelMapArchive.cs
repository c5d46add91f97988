using System.Globalization;
using UdaSeg.Domain.Images;
using UdaSeg.Infrastructure.Imaging;

namespace UdaSeg.Infrastructure.Torch.Stages;

/// <summary>
/// Label maps of many target images in one artifact, so that a stage's pseudo-labels are published whole by one rename (or one upload), not by thousands.
/// Grey PNGs, named by sample. Reading is safe for several threads.
/// </summary>
internal sealed class LabelMapArchive(Stream file) : IDisposable
{
    private readonly PngArchive _files = new(file);

    public int Count => _files.Count;

    /// <param name="output">Need not be seekable.</param>
    /// <param name="maps">By sample; taken one at a time.</param>
    public static void Write(Stream output, IEnumerable<(int Sample, LabelMap Map)> maps) =>
        PngArchive.Write(output, maps.Select(m => (NameOf(m.Sample), PngLabelCodec.WriteGrey(m.Map))));

    /// <returns>Null when the sample has no map.</returns>
    public LabelMap? Find(int sample) => _files.Find(NameOf(sample)) is { } png ? PngLabelCodec.Read(png).ToMap() : null;

    public void Dispose() => _files.Dispose();

    private static string NameOf(int sample) => sample.ToString("D6", CultureInfo.InvariantCulture);
}
