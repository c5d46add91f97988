using UdaSeg.Domain.Images;

namespace UdaSeg.Infrastructure.Torch.Data;

/// <summary>What one iteration trains on, as plain arrays made by the loading threads; they are filled anew once the batch was returned to its maker.</summary>
/// <param name="Iteration">Within the stage.</param>
/// <param name="Source">τ(m′): [B, 3, h, w] normalised.</param>
/// <param name="SourceLabels">[B, h, w], 255 = ignore.</param>
/// <param name="Target">Null in stage 0.</param>
internal sealed record Batch(int Iteration, float[] Source, byte[] SourceLabels, TargetBatch? Target);

/// <param name="Plain">n: [B, 3, h, w] normalised, geometry only.</param>
/// <param name="Jittered">τ(n): the same crops with colour jitter.</param>
/// <param name="PseudoLabels">[B, h, w], 255 where no pseudo-label was kept.</param>
/// <param name="KeptShare">Of the batch's pixels, those with a pseudo-label.</param>
/// <param name="PlainBytes">n as it is, [B, h, w, 3], for a device that normalises by itself; then <paramref name="Plain"/> is empty.</param>
internal sealed record TargetBatch(float[] Plain, float[] Jittered, byte[] PseudoLabels, double KeptShare, byte[]? PlainBytes = null)
{
    /// <summary>0..1 of the labels that are not 255.</summary>
    public static double ShareOf(byte[] labels) => (labels.Length - labels.AsSpan().Count(LabelMap.Ignore)) / (double)labels.Length;
}
