using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Photometry;

namespace UdaSeg.Infrastructure.Torch.Data;

/// <summary>The images that one side of a batch is drawn from.</summary>
internal interface ISamples
{
    int Count { get; }

    SampleRef this[int index] { get; }

    RgbImage Image(int index);

    /// <summary>Of the size of <see cref="Image"/>.</summary>
    LabelMap Labels(int index);

    StyleProfile Style(int index);

    /// <inheritdoc cref="SampleStore.Frequencies"/>
    FourierStyle Frequencies(int index, int width, int height, double beta);
}
