using System.Numerics;
using UdaSeg.Demo.Scenes.Painting;

namespace UdaSeg.Demo.Scenes.Street;

/// <summary>Proportions and colours of one house; S runs along the wall and T up, in metres.</summary>
internal sealed record Facade(Vector3 Wall, Vector3 Trim, Vector3 Glass, Vector3 Door)
{
    public required float Storey { get; init; }

    public required float Bay { get; init; }

    /// <summary>Half-width of a window as a share of the bay.</summary>
    public required float Window { get; init; }

    public required bool Shop { get; init; }

    public required bool Brick { get; init; }

    public required float Height { get; init; }

    public required uint Seed { get; init; }
}

/// <summary>A wall with a grid of windows, doors or shop fronts, ledges and a plinth.</summary>
internal sealed class FacadeMaterial(Facade facade, float texture) : Material(DemoClasses.Building)
{
    public override bool TryShade(float s, float t, float footprint, out Vector3 color)
    {
        float bay = s / facade.Bay, storey = t / facade.Storey;
        int column = Noise.Floor(bay), floor = Noise.Floor(storey);
        float fx = Math.Abs(bay - column - 0.5f), fy = storey - floor;
        color = Wall(s, t, footprint);
        bool attic = t > facade.Height - 0.2f || (floor + 1) * facade.Storey > facade.Height + 0.6f;
        float detail = Math.Clamp(2 - (footprint / (0.45f * facade.Bay)), 0, 1);
        Vector3 opening = default;
        bool open = !attic && (floor == 0 ? TryGroundFloor(column, fx, fy, out opening) : TryWindow(column, floor, fx, fy, out opening));
        if (open) color = Colors.Mix(Colors.Mix(color, facade.Glass, attic ? 0 : 0.3f), opening, detail);
        else if (!attic && detail < 1) color = Colors.Mix(Colors.Mix(color, facade.Glass, 0.3f), color, detail);
        return true;
    }

    private Vector3 Wall(float s, float t, float footprint)
    {
        if (t < 0.5f) return facade.Trim * 0.72f;
        float ledge = Noise.Fraction(t / facade.Storey);
        if (Math.Abs(t - facade.Height + 0.1f) < 0.15f || (ledge < 0.05f && footprint < 0.3f)) return facade.Trim;
        if (texture <= 0) return facade.Wall;
        float stain = Noise.Fractal(s * 0.35f, t * 0.25f, facade.Seed) - 0.5f;
        float fine = Noise.Value(s * 7, t * 7, facade.Seed + 3) - 0.5f;
        float brick = 0;
        if (facade.Brick)
        {
            float row = t / 0.22f;
            float along = (s / 0.5f) + ((Noise.Floor(row) & 1) * 0.5f);
            bool mortar = Noise.Fraction(row) < 0.2f || Noise.Fraction(along) < 0.1f;
            brick = mortar ? 0.3f : Noise.At(Noise.Floor(along), Noise.Floor(row), facade.Seed) - 0.5f;
        }

        return facade.Wall * (1 + (texture * ((0.7f * stain) + (((0.4f * fine) + (0.7f * brick)) * Math.Clamp(2 - (footprint / 0.12f), 0, 1)))));
    }

    private bool TryWindow(int column, int floor, float fx, float fy, out Vector3 color)
    {
        color = facade.Trim;
        float x = fx / facade.Window, y = Math.Abs(fy - 0.53f) / 0.3f;
        if (x > 1.18f || y > 1.14f) return false;
        if (x > 1 || y > 1) return true;
        float roll = Noise.At(column, floor, facade.Seed);
        if (x < 0.07f || Math.Abs(y - 0.35f) < 0.04f) return true;
        color = facade.Glass * (0.8f + (0.35f * fy));
        if (roll > 0.8f) color = Colors.Mix(color, facade.Trim, 0.55f);
        else if (roll > 0.6f && fy > 0.5f) color = Colors.Mix(color, facade.Trim, 0.4f);
        return true;
    }

    private bool TryGroundFloor(int column, float fx, float fy, out Vector3 color)
    {
        color = facade.Door;
        bool door = Noise.At(column, -1, facade.Seed) < 0.3f;
        if (facade.Shop && !door)
        {
            if (fy is > 0.78f and < 0.93f && fx < 0.48f) return true;
            color = facade.Trim;
            if (fx > 0.45f || fy is > 0.78f or < 0.12f) return false;
            color = fx > 0.42f ? facade.Trim * 0.8f : facade.Glass * (0.75f + (0.5f * fy));
            return true;
        }

        if (!door) return TryWindow(column, 0, fx, fy, out color);
        if (fx > 0.26f || fy > 0.76f) return false;
        if (fx > 0.22f || fy > 0.72f) color = facade.Trim;
        else if (fy > 0.56f) color = facade.Glass;
        return true;
    }
}
