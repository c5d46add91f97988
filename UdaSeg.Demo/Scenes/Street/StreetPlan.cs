namespace UdaSeg.Demo.Scenes.Street;

/// <summary>The ground plan of one scene, in metres; the road's middle is X = 0.</summary>
internal sealed record StreetPlan
{
    /// <summary>Nothing but the backdrop stands beyond.</summary>
    public const float Length = 105;

    /// <summary>Half of a side street's sidewalk-to-sidewalk margin: the carriageway starts this far inside a side street's frontage.</summary>
    public const float SideMargin = 1.6f;

    public required float RoadHalf { get; init; }

    public required float SidewalkWidth { get; init; }

    /// <summary>Width of the grass strip between kerb and sidewalk by side (left, right); 0 = none.</summary>
    public required float[] GrassStrip { get; init; }

    public required IReadOnlyList<Frontage> Frontages { get; init; }

    /// <summary>Near edges of the zebra crossings, 3 m deep.</summary>
    public required IReadOnlyList<float> Zebras { get; init; }

    public float WalkStart(int side) => RoadHalf + 0.15f + GrassStrip[side < 0 ? 0 : 1];

    public float BuildingLine(int side) => WalkStart(side) + SidewalkWidth;

    public bool IsOpen(int side, float z) => Frontages.Any(f => f.Side == side && f.Kind == FrontageKind.SideStreet && z > f.From && z < f.To);

    public static StreetPlan Draw(StreetStyle style, SceneRandom random)
    {
        float roadHalf = random.Next(style.RoadHalfWidth), walk = random.Next(style.SidewalkWidth);
        float[] strips = [random.Chance(style.GrassStrip) ? random.Next(1.0f, 1.8f) : 0, random.Chance(style.GrassStrip) ? random.Next(1.0f, 1.8f) : 0];
        List<Frontage> frontages = [];
        float? crossroads = random.Chance(0.3f) ? random.Next(16, 45) : null;
        foreach (int side in (int[])[-1, 1])
        {
            float z = random.Next(-9, 0);
            bool open = false;
            while (z < Length)
            {
                (FrontageKind kind, float length) = DrawStretch(style, random, open);
                if (crossroads is { } at && z <= at && z + length > at - 4)
                {
                    if (at - z > 2) frontages.Add(new Frontage(side, FrontageKind.Building, z, at));
                    (kind, length, z) = (FrontageKind.SideStreet, 9, at);
                }

                open = kind == FrontageKind.SideStreet;
                frontages.Add(new Frontage(side, kind, z, z + length));
                z += length;
            }
        }

        return new StreetPlan
        {
            RoadHalf = roadHalf,
            SidewalkWidth = walk,
            GrassStrip = strips,
            Frontages = frontages,
            Zebras = crossroads is { } c ? [c - 2.6f, c + 9] : random.Chance(0.35f) ? [random.Next(8, 22)] : [],
        };
    }

    private static (FrontageKind Kind, float Length) DrawStretch(StreetStyle style, SceneRandom random, bool afterOpen)
    {
        float roll = random.Next(0, 1);
        if (roll < style.Park) return (FrontageKind.Park, random.Next(10, 20));
        if (roll < style.Park + style.SideStreet && !afterOpen) return (FrontageKind.SideStreet, random.Next(7.5f, 9.5f));
        return (FrontageKind.Building, random.Next(7, 15));
    }
}
