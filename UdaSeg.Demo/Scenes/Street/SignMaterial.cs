using System.Numerics;
using UdaSeg.Demo.Scenes.Painting;

namespace UdaSeg.Demo.Scenes.Street;

internal enum SignKind
{
    /// <summary>White disc with a red ring.</summary>
    Limit,

    /// <summary>Red disc with a white bar.</summary>
    NoEntry,

    /// <summary>Blue disc with a white arrow.</summary>
    Mandatory,

    /// <summary>White triangle with a red rim.</summary>
    Warning,

    /// <summary>Red octagon.</summary>
    Stop,

    /// <summary>Yellow square on its tip with a white rim.</summary>
    Priority,

    /// <summary>Blue square with a white mark.</summary>
    Information,
}

/// <summary>A plate in s, t = −1..1.</summary>
internal sealed class SignMaterial(SignKind kind) : Material(DemoClasses.Sign)
{
    private static readonly Vector3 s_red = Colors.Rgb(0xD81E2C);
    private static readonly Vector3 s_blue = Colors.Rgb(0x1C5BD0);
    private static readonly Vector3 s_white = Colors.Rgb(0xF7F7F4);
    private static readonly Vector3 s_yellow = Colors.Rgb(0xF6C915);
    private static readonly Vector3 s_black = Colors.Rgb(0x26262A);

    public override bool TryShade(float s, float t, float footprint, out Vector3 color)
    {
        float x = Math.Abs(s), y = Math.Abs(t), r = (s * s) + (t * t);
        switch (kind)
        {
            case SignKind.Limit:
                color = r > 0.55f ? s_red : IsThirty(s, t) ? s_black : s_white;
                return r <= 1;
            case SignKind.NoEntry:
                color = x < 0.68f && y < 0.2f ? s_white : s_red;
                return r <= 1;
            case SignKind.Mandatory:
                color = (x < 0.13f && t is > -0.6f and < 0.3f) || (t is > 0.1f and < 0.6f && x < 0.6f - t) ? s_white : s_blue;
                return r <= 1;
            case SignKind.Warning:
                float edge = (1 - t) * 0.5f;
                color = x > edge - 0.22f || t < -0.72f ? s_red : x < 0.1f && t is > -0.55f and < 0.25f ? s_black : s_white;
                return x <= edge;
            case SignKind.Stop:
                color = x < 0.72f && y < 0.24f ? s_white : s_red;
                return x <= 0.95f && y <= 0.95f && x + y <= 1.34f;
            case SignKind.Priority:
                color = x + y > 0.76f ? s_white : s_yellow;
                return x + y <= 1;
            default:
                color = x < 0.35f && y < 0.55f && !(s > -0.1f && t < 0) ? s_white : s_blue;
                return true;
        }
    }

    private static bool IsThirty(float s, float t)
    {
        float x = Math.Abs(s), u = s < 0 ? (s + 0.5f) / 0.42f : (s - 0.08f) / 0.42f, v = (t + 0.4f) / 0.8f;
        if (x is < 0.08f or > 0.5f || v is < 0 or > 1) return false;
        bool bars = v is < 0.2f or > 0.8f || u > 0.7f;
        return bars || (s < 0 ? Math.Abs(v - 0.5f) < 0.1f && u > 0.25f : u < 0.3f);
    }
}
