using System.Numerics;
using UdaSeg.Demo.Scenes.Painting;

namespace UdaSeg.Demo.Scenes.Street;

/// <summary>Foliage in s, t = −1..1: a ball (or a cone that narrows upwards) with a ragged rim, lit from the sun's side.</summary>
/// <param name="paint">Leaf colour.</param>
/// <param name="sunSide">−1 or 1.</param>
/// <param name="steps">Steps of light; 0 is smooth.</param>
/// <param name="texture">Amplitude of leaf noise.</param>
/// <param name="cone">True: a triangle with its tip at t = 1.</param>
/// <param name="seed">Of the rim and the leaves.</param>
internal sealed class CrownMaterial(Vector3 paint, int sunSide, int steps, float texture, bool cone, uint seed) : Material(DemoClasses.Vegetation)
{
    public override bool TryShade(float s, float t, float footprint, out Vector3 color)
    {
        float ragged = (Noise.Value((s * 5) + 20, (t * 5) + 20, seed) * 0.22f) + (Noise.Value((s * 13) + 50, (t * 13) + 50, seed + 1) * 0.1f);
        float rim = cone ? Math.Max(Math.Abs(s) / Math.Max(0.02f, (1 - t) * 0.5f), -t) : (s * s) + (t * t);
        color = default;
        if (rim > 1 - ragged + 0.05f) return false;
        float light = 0.5f + (0.3f * s * sunSide) + (0.4f * t);
        if (texture > 0)
        {
            float fine = Math.Clamp(2 - (footprint / 0.06f), 0, 1);
            float clumps = Noise.Value((s * 7) + 90, (t * 7) + 90, seed + 2) - 0.5f, leaves = Noise.Value((s * 22) + 70, (t * 22) + 70, seed + 3) - 0.5f;
            light += texture * 1.4f * (clumps + (fine * leaves));
        }

        if (steps > 0) light = MathF.Floor(Math.Clamp(light + (0.25f * (ragged - 0.16f)), 0, 0.999f) * steps) / (steps - 1);
        color = paint * (0.68f + (0.5f * Math.Clamp(light, 0, 1)));
        return true;
    }
}
