using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch;

/// <summary>
/// Whether this processor gains by bf16. Flags do not tell: AVX-512 BF16 runs at full rate on some processors and at half rate (no faster than float32) on
/// others, and without it bf16 is emulated. So a small product is timed.
/// </summary>
internal static class BFloat16Speed
{
    /// <summary>Above this ratio mixed precision was never seen to make a training step faster.</summary>
    private const double Worthwhile = 0.8;

    private const int Side = 768;

    private const int Repeats = 7;

    /// <summary>Time of a bf16 product as a share of the float32 product's, best of a few; some ten milliseconds.</summary>
    public static double Ratio()
    {
        using DisposeScope scope = NewDisposeScope();
        using var noGrad = no_grad();
        Tensor full = ones(Side, Side), half = full.to(ScalarType.BFloat16);
        return Best(half) / Best(full);
    }

    /// <returns>What a run's log says; null when bf16 is worth it.</returns>
    public static string? Warning(double ratio) => ratio <= Worthwhile
        ? null
        : string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"compute.precision is bf16, but a bf16 product takes {ratio:0.0} times as long as a float32 one on this processor: training will be slow, float32 is likely faster.");

    private static double Best(Tensor side)
    {
        double best = double.MaxValue;
        for (int i = 0; i < Repeats; i++)
        {
            long start = Stopwatch.GetTimestamp();
            using Tensor product = side.mm(side);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return best;
    }
}
