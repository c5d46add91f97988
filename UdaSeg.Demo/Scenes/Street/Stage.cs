using System.Numerics;
using UdaSeg.Demo.Scenes.Painting;

namespace UdaSeg.Demo.Scenes.Street;

/// <summary>What the painters of one scene share.</summary>
internal sealed class Stage(Canvas canvas, SceneStyle style, StreetPlan plan, SceneLight light)
{
    private readonly List<Shadow> _shadows = [];

    public Canvas Canvas { get; } = canvas;

    public SceneStyle Style { get; } = style;

    public StreetPlan Plan { get; } = plan;

    public SceneLight Light { get; } = light;

    /// <summary>Amplitude of surface texture.</summary>
    public float Texture => Style.Surface.Texture;

    /// <summary>A quad given by its corners in order; S and T run from (s0, t0) at the first to (s1, t1) at the third.</summary>
    public void Quad(Vector3 a, Vector3 b, Vector3 c, Vector3 d, Material material, float light = 1, float s0 = 0, float s1 = 1, float t0 = 0, float t1 = 1) =>
        Canvas.Fill([new(a, s0, t0), new(b, s1, t0), new(c, s1, t1), new(d, s0, t1)], material, light);

    /// <summary>An upright rectangle from (x0, z0) to (x1, z1) on the plan. S runs from s0 to s1, T is the height in metres.</summary>
    public void Wall(float x0, float z0, float x1, float z1, float bottom, float top, Material material, float light, float s0, float s1) =>
        Quad(new(x0, bottom, z0), new(x1, bottom, z1), new(x1, top, z1), new(x0, top, z0), material, light, s0, s1, bottom, top);

    /// <summary>An upright rectangle that faces the camera; S = −1..1 from the left, T = −1..1 from below.</summary>
    public void Board(float x, float y, float z, float halfWidth, float halfHeight, Material material, float light = 1) => Quad(
        new(x - halfWidth, y - halfHeight, z),
        new(x + halfWidth, y - halfHeight, z),
        new(x + halfWidth, y + halfHeight, z),
        new(x - halfWidth, y + halfHeight, z),
        material,
        light,
        -1,
        1,
        -1,
        1);

    /// <summary>Shadows are laid once the ground is painted.</summary>
    public void Cast(float x, float z, float radiusX, float radiusZ) => _shadows.Add(new Shadow(x, z, radiusX, radiusZ));

    public void LayShadows()
    {
        foreach (Shadow s in _shadows) Canvas.Shade(s.X, s.Z, s.RadiusX, s.RadiusZ, Light.ShadowStrength, Style.Surface.ShadowSoftness);
    }

    private readonly record struct Shadow(float X, float Z, float RadiusX, float RadiusZ);
}

/// <summary>Flat light by the direction a face looks to.</summary>
/// <param name="SunSide">−1: the sun stands on the left, 1: on the right.</param>
/// <param name="ShadowStrength">Share of light that shadows take.</param>
/// <param name="ShadeReach">How far the buildings of the sun's side throw shade over the ground, in metres from the building line.</param>
internal sealed record SceneLight(int SunSide, float ShadowStrength, float ShadeReach)
{
    public float Top => 1.06f;

    /// <summary>Of faces towards the camera.</summary>
    public float Front => 0.92f;

    /// <param name="facing">−1: the face looks to the left, 1: to the right.</param>
    public float Side(int facing) => facing == SunSide ? 1.04f : 0.76f;
}
