using UdaSeg.Domain.Images;
using UdaSeg.Infrastructure.Torch.Data;

namespace UdaSeg.Infrastructure.Torch.Methods.Shared;

/// <summary>For stages that look at target images without any labels for them.</summary>
/// <param name="target">Whose sizes count.</param>
internal sealed class NoLabels(ISamples target) : IPseudoLabelSource
{
    public LabelMap PseudoLabels(int index)
    {
        RgbImage image = target.Image(index);
        var none = new LabelMap(image.Width, image.Height);
        Array.Fill(none.Labels, LabelMap.Ignore);
        return none;
    }
}
