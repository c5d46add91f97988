using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Photometry;

namespace UdaSeg.Infrastructure.Torch.Data;

/// <summary>Some of a store's samples, with labels from elsewhere: how a method trains on target images as if they were a source.</summary>
/// <param name="store">Holds the images.</param>
/// <param name="indices">Of the samples in it.</param>
/// <param name="labels">By the store's indices; null: there are none.</param>
internal sealed class SampleView(SampleStore store, IReadOnlyList<int> indices, IPseudoLabelSource? labels) : ISamples
{
    public int Count => indices.Count;

    public SampleRef this[int index] => store[indices[index]];

    public RgbImage Image(int index) => store.Image(indices[index]);

    public LabelMap Labels(int index) => labels?.PseudoLabels(indices[index]) ?? throw new InvalidOperationException("These samples have no labels.");

    public StyleProfile Style(int index) => store.Style(indices[index]);

    public FourierStyle Frequencies(int index, int width, int height, double beta) => store.Frequencies(indices[index], width, height, beta);
}
