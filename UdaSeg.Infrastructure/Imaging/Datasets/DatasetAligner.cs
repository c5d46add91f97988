using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Photometry;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Imaging.Datasets.Owned;

namespace UdaSeg.Infrastructure.Imaging.Datasets;

/// <summary>
/// Writes a whole data set anew with every image aligned to one drawn target reference: images as lossless PNG at their full size, labels byte for byte,
/// under the samples' names in the layout <c>folder</c>.
/// </summary>
internal sealed class DatasetAligner(IImageCodec codec)
{
    /// <param name="source">Ready, its files on this host.</param>
    /// <param name="target">Likewise.</param>
    /// <param name="lineage">Scheme, β and seed.</param>
    /// <param name="workspace">Receives the files.</param>
    /// <param name="progress">Told (images done, images in all).</param>
    /// <param name="cancel">Stops between images.</param>
    /// <exception cref="RuleViolationException"><c>dataset-changed</c>, or a folder or file that is no longer usable.</exception>
    public void Run(Dataset source, Dataset target, DatasetLineage lineage, DatasetWorkspace workspace, Action<int, int> progress, CancellationToken cancel)
    {
        (IReadOnlyList<SampleRef> samples, IReadOnlyList<SampleRef> references) = (List(source, cancel), List(target, cancel));
        var settings = new AlignmentSettings(lineage.Scheme, lineage.Beta, lineage.FourierBeta);
        int done = 0;

        // By reference, so that each is decoded once and one at a time is in memory, however many there are.
        foreach (IGrouping<int, int> group in Enumerable.Range(0, samples.Count).GroupBy(i => ReferenceDraw.For(references.Count, lineage.Seed, i)))
        {
            RgbImage? image = settings.Scheme == AlignmentScheme.None ? null : Decode(references[group.Key]);
            StyleProfile? style = image is null || settings.Scheme == AlignmentScheme.Fourier ? null : StyleProfile.Of(image, Environment.ProcessorCount);
            foreach (int i in group)
            {
                cancel.ThrowIfCancellationRequested();
                Write(samples[i], image, style, settings, workspace);
                progress(++done, samples.Count);
            }
        }
    }

    private void Write(SampleRef sample, RgbImage? reference, StyleProfile? style, AlignmentSettings settings, DatasetWorkspace workspace)
    {
        RgbImage image = Decode(sample);
        if (style is not null) image = PhotometricAligner.Align(image, style, settings, Environment.ProcessorCount).Image;
        else if (reference is not null) image = FourierAligner.AlignFourier(image, ImageResizing.Resize(reference, image.Width, image.Height), settings).Image;
        workspace.Write($"images/{sample.Name}.png", to => to.Write(codec.Encode(image, ImageFormat.Png)));
        if (sample.LabelPath is not { } label) return;
        workspace.Write($"labels/{sample.Name}.png", to => to.Write(File.ReadAllBytes(label)));
    }

    private RgbImage Decode(SampleRef sample) => codec.Decode(File.ReadAllBytes(sample.ImagePath), ImageLimits.DefaultMaxPixels);

    private static IReadOnlyList<SampleRef> List(Dataset dataset, CancellationToken cancel)
    {
        IReadOnlyList<SampleRef> samples = FolderDatasetReader.Samples(dataset);
        DatasetContent.RequireUnchanged(dataset, samples, cancel);
        return samples.Count > 0
            ? samples
            : throw new RuleViolationException(RuleKind.Unusable, "dataset-empty", $"The data set '{dataset.Name}' has no image any more.");
    }
}
