using System.Numerics;

namespace UdaSeg.Demo.Scenes.Painting;

/// <summary>What a polygon looks like and which class it belongs to. A point is either covered or not, so labels need no blending.</summary>
internal abstract class Material(byte label)
{
    public byte Label { get; } = label;

    /// <param name="s">Surface coordinate, as the polygon's vertices give it.</param>
    /// <param name="t">The other one.</param>
    /// <param name="footprint">Surface units that one sample covers: detail finer than that must fade out.</param>
    /// <param name="color">sRGB in 0..1 before lighting.</param>
    /// <returns>False where the surface is cut out.</returns>
    public abstract bool TryShade(float s, float t, float footprint, out Vector3 color);
}

/// <summary>One colour, with a grain of the given amplitude (0 = flat) and cells of <paramref name="cell"/> surface units.</summary>
internal sealed class SolidMaterial(byte label, Vector3 paint, float grain = 0, float cell = 0.1f, uint seed = 0) : Material(label)
{
    public override bool TryShade(float s, float t, float footprint, out Vector3 color)
    {
        color = paint;
        if (grain > 0) color *= 1 + (grain * (Noise.Value(s / cell, t / cell, seed) - 0.5f) * Math.Clamp(2 - (footprint / cell), 0, 1));
        return true;
    }
}

/// <summary>
/// An ellipse inscribed in s, t = −1..1. It has the second colour above <paramref name="split"/> (hair on a head) and within <paramref name="hub"/>.
/// </summary>
internal sealed class EllipseMaterial(byte label, Vector3 paint, Vector3 second, float split = 2, float hub = 0) : Material(label)
{
    public override bool TryShade(float s, float t, float footprint, out Vector3 color)
    {
        float r = (s * s) + (t * t);
        color = t > split || r < hub * hub ? second : paint;
        return r <= 1;
    }
}
