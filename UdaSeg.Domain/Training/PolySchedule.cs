namespace UdaSeg.Domain.Training;

/// <summary>Polynomial decay of the learning rate, restarted in every stage: <c>base · (1 − iteration / length)^power</c> (method, section 1).</summary>
/// <param name="BaseRate">The rate of iteration 0.</param>
/// <param name="Length">Iterations of the stage, at least 1.</param>
/// <param name="Power">0.9 in the paper.</param>
public sealed record PolySchedule(double BaseRate, long Length, double Power = PolySchedule.DefaultPower)
{
    public const double DefaultPower = 0.9;

    /// <param name="iteration">0..<see cref="Length"/>; beyond the end the rate is 0.</param>
    public double At(long iteration)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(iteration);
        return iteration >= Length ? 0 : BaseRate * Math.Pow(1 - ((double)iteration / Length), Power);
    }
}
