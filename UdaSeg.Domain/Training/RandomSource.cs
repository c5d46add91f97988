namespace UdaSeg.Domain.Training;

/// <summary>What a draw decides; part of its key, so that adding one draw never shifts another.</summary>
public enum DrawPurpose : uint
{
    SourceSample = 1,
    TargetSample = 2,
    Reference = 3,
    Scale = 4,
    CropX = 5,
    CropY = 6,
    Flip = 7,
    Jitter = 8,
    Dropout = 9,
    Initialisation = 10,
    TargetScale = 11,
    TargetCropX = 12,
    TargetCropY = 13,
    TargetFlip = 14,
    TargetJitter = 15,
    SourceSet = 16,
    Adversary = 17,
    Translator = 18,
    ClassMix = 19,
    RareClass = 20,
}

/// <summary>Every random draw as a pure function of (seed, stage, iteration, slot, purpose): a stopped and resumed run draws what an undisturbed one draws (method, section 10).</summary>
public static class RandomSource
{
    /// <returns>64 uniform bits.</returns>
    public static ulong Bits(long seed, int stage, long iteration, int slot, DrawPurpose purpose)
    {
        ulong h = Mix((ulong)seed + 0x9E3779B97F4A7C15UL);
        h = Mix(h ^ ((ulong)(uint)stage + 0xD1B54A32D192ED03UL));
        h = Mix(h ^ ((ulong)iteration + 0x8CB92BA72F3D8DD7UL));
        h = Mix(h ^ ((ulong)(uint)slot + 0xABC98388FB8FAC03UL));
        return Mix(h ^ ((ulong)purpose + 0x2545F4914F6CDD1DUL));
    }

    /// <returns>Uniform in [0, 1).</returns>
    public static double Unit(long seed, int stage, long iteration, int slot, DrawPurpose purpose) =>
        (Bits(seed, stage, iteration, slot, purpose) >> 11) * (1.0 / (1UL << 53));

    /// <returns>Uniform in 0..count−1; the bias of the multiplication is below count / 2^53.</returns>
    public static int Below(int count, long seed, int stage, long iteration, int slot, DrawPurpose purpose)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return (int)(Unit(seed, stage, iteration, slot, purpose) * count);
    }

    /// <summary>SplitMix64's finaliser (Steele, Lea and Flood, 2014): a bijection that passes the usual avalanche tests.</summary>
    internal static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}

/// <summary>A short sequence of draws that starts from one key: for purposes that need several numbers, such as colour jitter.</summary>
public struct DrawSequence(ulong state)
{
    private ulong _state = state;

    /// <returns>Uniform in [0, 1).</returns>
    public double NextUnit()
    {
        _state += 0x9E3779B97F4A7C15UL;
        return (RandomSource.Mix(_state) >> 11) * (1.0 / (1UL << 53));
    }

    public double Next(double min, double max) => min + (NextUnit() * (max - min));

    /// <returns>Uniform in 0..count−1.</returns>
    public int NextBelow(int count) => (int)(NextUnit() * count);
}
