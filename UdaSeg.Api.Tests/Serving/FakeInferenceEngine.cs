using UdaSeg.Domain.Images;
using UdaSeg.Infrastructure.Serving.Engines;
using UdaSeg.Infrastructure.Torch.Reading;

namespace UdaSeg.Api.Tests.Serving;

/// <summary>Two classes; the logit of the second is the image's first byte, so that an answer tells whose it is.</summary>
internal sealed class FakeInferenceEngine(string name) : IInferenceEngine
{
    private int _inside;

    public string Name { get; } = name;

    public long Bytes => 1;

    /// <summary>Called within each run.</summary>
    public Action<IReadOnlyList<RgbImage>>? During { get; init; }

    /// <summary>Added to the second logit.</summary>
    public float Shift { get; init; }

    /// <summary>Images of each run.</summary>
    public List<int> Batches { get; } = [];

    public bool Overlapped { get; private set; }

    public bool Disposed { get; private set; }

    public LogitGrid Run(IReadOnlyList<RgbImage> images)
    {
        Overlapped |= Interlocked.Increment(ref _inside) > 1;
        try
        {
            Batches.Add(images.Count);
            During?.Invoke(images);
            var grid = new LogitGrid(images.Count, 2, 1, 1);
            for (int i = 0; i < images.Count; i++) (grid.Values[2 * i], grid.Values[(2 * i) + 1]) = (0, images[i].Pixels[0] + Shift);
            return grid;
        }
        finally
        {
            Interlocked.Decrement(ref _inside);
        }
    }

    public void Dispose() => Disposed = true;
}
