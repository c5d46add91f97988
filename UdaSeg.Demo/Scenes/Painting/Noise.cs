namespace UdaSeg.Demo.Scenes.Painting;

/// <summary>Value noise on integer hashes: the same on every machine.</summary>
internal static class Noise
{
    public static uint Hash(int x, int y, uint seed)
    {
        uint h = ((uint)x * 0x85EBCA6Bu) ^ ((uint)y * 0xC2B2AE35u) ^ (seed * 0x27D4EB2Fu);
        h = (h ^ (h >> 15)) * 0x2C1B3C6Du;
        h = (h ^ (h >> 12)) * 0x297A2D39u;
        return h ^ (h >> 15);
    }

    /// <returns>Uniform in [0, 1) for a lattice point.</returns>
    public static float At(int x, int y, uint seed) => (Hash(x, y, seed) >> 8) * (1f / (1 << 24));

    /// <returns>Smooth in [0, 1), with cells of size one.</returns>
    public static float Value(float x, float y, uint seed)
    {
        int xi = Floor(x), yi = Floor(y);
        float fx = Smooth(x - xi), fy = Smooth(y - yi);
        float top = At(xi, yi, seed) + (fx * (At(xi + 1, yi, seed) - At(xi, yi, seed)));
        float bottom = At(xi, yi + 1, seed) + (fx * (At(xi + 1, yi + 1, seed) - At(xi, yi + 1, seed)));
        return top + (fy * (bottom - top));
    }

    /// <returns>Three octaves of <see cref="Value"/>, in [0, 1).</returns>
    public static float Fractal(float x, float y, uint seed) =>
        (0.57f * Value(x, y, seed)) + (0.29f * Value((2 * x) + 17, (2 * y) + 5, seed + 1)) + (0.14f * Value((4 * x) + 31, (4 * y) + 11, seed + 2));

    public static int Floor(float v)
    {
        int i = (int)v;
        return v < i ? i - 1 : i;
    }

    /// <returns>The fractional part, in [0, 1).</returns>
    public static float Fraction(float v) => v - Floor(v);

    public static float Smooth(float t) => t * t * (3 - (2 * t));

    /// <returns>0 below <paramref name="from"/>, 1 above <paramref name="to"/>, smooth between.</returns>
    public static float Step(float from, float to, float v) => Smooth(Math.Clamp((v - from) / (to - from), 0, 1));
}
