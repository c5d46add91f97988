using UdaSeg.Domain.Errors;

namespace UdaSeg.Domain.Evaluation;

/// <summary>
/// An image is seen through overlapping windows, and probabilities are averaged where they overlap: for images larger than memory allows, or than the
/// crops that the model was trained on. Windows at the far border are moved inside; an image smaller than the window is seen whole.
/// </summary>
/// <param name="Width">In pixels of the scaled image, 32..8192.</param>
/// <param name="Height">In pixels of the scaled image, 32..8192.</param>
/// <param name="Stride">Pixels between windows, both ways: an eighth of the longer side to the whole shorter side. Null: two thirds of each side.</param>
public sealed record SlidingWindow(int Width, int Height, int? Stride = null)
{
    public const int MinSide = 32;
    public const int MaxSide = 8192;

    /// <summary>A pixel is seen by at most so many windows in a row or column.</summary>
    public const int MaxOverlap = 8;

    /// <summary>Adds what is out of range.</summary>
    public void Check(FaultList faults)
    {
        bool sides = Width is >= MinSide and <= MaxSide && Height is >= MinSide and <= MaxSide;
        faults.Require(sides, "slidingWindow", $"Sides of {MinSide} to {MaxSide} pixels.");
        if (!sides || Stride is not { } stride) return;
        int least = (Math.Max(Width, Height) + MaxOverlap - 1) / MaxOverlap, most = Math.Min(Width, Height);
        string range = least <= most ? $"{least} to {most} pixels for this window, or null." : "null for so narrow a window.";
        faults.Require(stride >= least && stride <= most, "slidingWindow.stride", range);
    }

    /// <returns>Left edges of the windows on an image of this width, ascending.</returns>
    public IReadOnlyList<int> Columns(int width) => Offsets(width, Width, Stride ?? DefaultStride(Width));

    /// <returns>Upper edges of the windows on an image of this height, ascending.</returns>
    public IReadOnlyList<int> Rows(int height) => Offsets(height, Height, Stride ?? DefaultStride(Height));

    private static int DefaultStride(int side) => Math.Max(1, side * 2 / 3);

    private static List<int> Offsets(int length, int window, int stride)
    {
        var offsets = new List<int>();
        for (int at = 0; at + window < length; at += stride) offsets.Add(at);
        offsets.Add(Math.Max(0, length - window));
        return offsets;
    }
}
