using System.Numerics;
using UdaSeg.Demo.Scenes.Painting;

namespace UdaSeg.Demo.Scenes.Street;

internal enum CarPanel
{
    Plain,

    /// <summary>S = −1..1 across, T = 0..1 up: lights, plate and bumper.</summary>
    Rear,

    Front,

    /// <summary>A pane in its frame, S = −1..1, T = 0..1.</summary>
    Pane,

    /// <summary>Two side windows with a pillar between them.</summary>
    SidePanes,

    /// <summary>S in metres along, T in metres up: doors, sill and wheel arches.</summary>
    Flank,
}

/// <summary>The panels of a car's body.</summary>
/// <param name="panel">Which one.</param>
/// <param name="paint">Body colour.</param>
/// <param name="wheelbase">Half of it, in metres; for the flank's arches.</param>
internal sealed class CarMaterial(CarPanel panel, Vector3 paint, float wheelbase = 0) : Material(DemoClasses.Car)
{
    private static readonly Vector3 s_glass = Colors.Rgb(0x25303C);
    private static readonly Vector3 s_sky = Colors.Rgb(0x8FB0C8);
    private static readonly Vector3 s_dark = Colors.Rgb(0x22242A);
    private static readonly Vector3 s_tail = Colors.Rgb(0xE0122A);
    private static readonly Vector3 s_lamp = Colors.Rgb(0xFDFBE6);
    private static readonly Vector3 s_plate = Colors.Rgb(0xF4F4EE);

    public override bool TryShade(float s, float t, float footprint, out Vector3 color)
    {
        color = panel switch
        {
            CarPanel.Rear => Rear(Math.Abs(s), t),
            CarPanel.Front => Front(Math.Abs(s), t),
            CarPanel.Pane => Math.Abs(s) < 0.9f && t is > 0.06f and < 0.92f ? Glass(t) : paint,
            CarPanel.SidePanes => Math.Abs(s) is > 0.05f and < 0.9f && t is > 0.05f and < 0.88f ? Glass(t) : paint,
            CarPanel.Flank => Flank(s, t),
            _ => paint,
        };
        return true;
    }

    private static Vector3 Glass(float t) => Colors.Mix(s_glass, s_sky, t > 0.6f ? 0.55f : 0.18f);

    private Vector3 Rear(float x, float t)
    {
        if (t < 0.3f) return x < 0.9f && t < 0.12f ? s_dark : paint * 0.72f;
        if (x < 0.3f && t is > 0.4f and < 0.62f) return s_plate;
        return x > 0.66f && t is > 0.58f and < 0.92f ? s_tail : paint;
    }

    private Vector3 Front(float x, float t)
    {
        if (t < 0.3f) return x < 0.3f && t > 0.1f ? s_plate : x < 0.85f && t < 0.2f ? s_dark : paint * 0.8f;
        if (x < 0.5f && t is > 0.42f and < 0.8f) return s_dark;
        return x is > 0.58f and < 0.95f && t is > 0.5f and < 0.88f ? s_lamp : paint;
    }

    private Vector3 Flank(float s, float t)
    {
        float wheel = Math.Abs(Math.Abs(s) - wheelbase), dy = t - 0.33f;
        if ((wheel * wheel) + (dy * dy) < 0.16f) return s_dark;
        if (t < 0.33f) return s_dark;
        bool seam = Math.Abs(s) < 0.02f || Math.Abs(Math.Abs(s) - 0.95f) < 0.02f;
        bool handle = t is > 0.74f and < 0.79f && Math.Abs(s) is > 0.1f and < 0.3f;
        return seam || handle ? paint * 0.6f : t > 0.62f ? paint * 1.06f : paint;
    }
}
