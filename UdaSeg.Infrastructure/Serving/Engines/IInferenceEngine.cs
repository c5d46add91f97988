using UdaSeg.Domain.Images;
using UdaSeg.Infrastructure.Torch.Reading;

namespace UdaSeg.Infrastructure.Serving.Engines;

/// <summary>A loaded network without its surroundings: pixels in, logits at stride 4 out. One call at a time.</summary>
internal interface IInferenceEngine : IDisposable
{
    /// <summary>As operators see it, such as <c>torch-float32</c>.</summary>
    string Name { get; }

    /// <summary>Memory that the weights take.</summary>
    long Bytes { get; }

    /// <param name="images">At least one, all of one size.</param>
    LogitGrid Run(IReadOnlyList<RgbImage> images);
}
