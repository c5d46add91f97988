using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Photometry;
using UdaSeg.Infrastructure.Torch.Data;

namespace UdaSeg.Api.Tests.Support;

/// <summary>Samples of which only the labels are there.</summary>
internal sealed class LabelledSamples(IReadOnlyList<LabelMap> labels) : ISamples
{
    public int Count => labels.Count;

    public SampleRef this[int index] => new($"{index}", "", null, LabelMapping.Identity);

    public LabelMap Labels(int index) => labels[index];

    public RgbImage Image(int index) => throw new NotSupportedException();

    public StyleProfile Style(int index) => throw new NotSupportedException();

    public FourierStyle Frequencies(int index, int width, int height, double beta) => throw new NotSupportedException();
}
