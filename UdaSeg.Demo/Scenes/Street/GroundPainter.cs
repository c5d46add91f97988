using System.Numerics;
using UdaSeg.Demo.Scenes.Painting;

namespace UdaSeg.Demo.Scenes.Street;

/// <summary>Road, markings, kerbs, sidewalks and grass, shaded per sample where nothing stands in front.</summary>
internal sealed class GroundPainter
{
    private static readonly Vector3 s_asphalt = Colors.Rgb(0x6B6E78);
    private static readonly Vector3 s_paving = Colors.Rgb(0xC9B6A4);
    private static readonly Vector3 s_kerb = Colors.Rgb(0xE0DBD2);
    private static readonly Vector3 s_grass = Colors.Rgb(0x63A83A);
    private static readonly Vector3 s_paint = Colors.Rgb(0xF2F2EC);

    private readonly Stage _stage;
    private readonly StreetPlan _plan;
    private readonly Frontage[][] _frontages;
    private readonly float[] _zebras;
    private readonly uint _seed;
    private readonly bool _edgeLines;
    private readonly bool _lanes;
    private readonly Vector3 _road;
    private readonly Vector3 _walk;
    private readonly Vector3 _grass;

    public GroundPainter(Stage stage, SceneRandom random)
    {
        (_stage, _plan, _seed) = (stage, stage.Plan, random.Seed());
        _frontages = [[.. _plan.Frontages.Where(f => f.Side < 0)], [.. _plan.Frontages.Where(f => f.Side > 0)]];
        _zebras = [.. _plan.Zebras];
        (_edgeLines, _lanes) = (random.Chance(0.5f), random.Chance(0.85f));
        (_road, _walk, _grass) = (random.Near(s_asphalt, 0.02f), random.Near(s_paving, 0.025f), random.Near(s_grass, 0.025f));
    }

    public void Paint()
    {
        Canvas canvas = _stage.Canvas;
        SceneCamera camera = canvas.Camera;
        for (int row = Math.Max(0, (int)Math.Ceiling(camera.HorizonY + 0.5f)); row < canvas.Height; row++)
        {
            for (int column = 0; column < canvas.Width; column++)
            {
                int i = (row * canvas.Width) + column;
                if (canvas.Nearness[i] > 0) continue;
                Vector2 p = camera.Ground(column + 0.5f, row + 0.5f);
                float across = p.Y / camera.Focal, along = p.Y * p.Y / (camera.Focal * camera.Height);
                (canvas.Labels[i], canvas.Colors[i]) = Shade(p.X, p.Y, across, along);
                canvas.Nearness[i] = 1 / p.Y;
            }
        }
    }

    private (byte Label, Vector3 Color) Shade(float x, float z, float across, float along)
    {
        int side = x < 0 ? -1 : 1;
        float d = Math.Abs(x) - _plan.RoadHalf;
        (byte label, Vector3 color) = d < 0 ? (DemoClasses.Road, Road(x, z, across, along)) : Beside(side, d, z, across, along);
        float amplitude = _stage.Texture * (label == DemoClasses.Vegetation ? 1.2f : 0.7f);
        if (amplitude > 0) color *= 1 + (amplitude * Grain(x, z, across, along));
        float shade = _plan.BuildingLine(_stage.Light.SunSide) - (x * _stage.Light.SunSide);
        float reach = _stage.Light.ShadeReach, soft = 0.05f + (2 * _stage.Style.Surface.ShadowSoftness);
        return (label, color * (1 - (0.8f * _stage.Light.ShadowStrength * Noise.Step(reach + soft, reach - soft, shade))));
    }

    /// <summary>Fine grain near by, patches and tyre tracks farther away.</summary>
    private float Grain(float x, float z, float across, float along)
    {
        float patches = Noise.Value(x * 0.7f, z * 0.35f, _seed) - 0.5f;
        float fade = Math.Clamp(1.5f - (along / 0.5f), 0, 1);
        float fine = fade > 0 ? (Noise.Value(x * 14, z * 7, _seed + 1) - 0.5f) * fade : 0;
        return (0.6f * patches * Math.Clamp(2 - (across / 0.7f), 0, 1)) + (0.8f * fine);
    }

    private Vector3 Road(float x, float z, float across, float along)
    {
        float paint = 0;
        bool crossing = InCrossing(z), open = !crossing;
        foreach (float zebra in _zebras)
        {
            if (z > zebra && z < zebra + 3 && Math.Abs(x) < _plan.RoadHalf - 0.3f) paint = Noise.Fraction(x + 0.5f) < 0.52f ? 1 : 0;
            open &= z < zebra - 1 || z > zebra + 4;
        }

        if (_lanes && open)
        {
            if (Math.Abs(x) < Math.Max(0.08f, 0.4f * across)) paint = Noise.Fraction(z / 6) < 0.5f ? Visible(along, 3) : 0;
            if (_edgeLines && Math.Abs(Math.Abs(x) - _plan.RoadHalf + 0.35f) < 0.07f) paint = 1;
        }

        float gutter = _plan.RoadHalf - Math.Abs(x);
        Vector3 road = gutter < 0.25f && !crossing ? _road * 0.88f : _road;
        return Colors.Mix(road, s_paint, paint * Math.Clamp(0.09f / Math.Max(across, 0.01f), 0.25f, 0.95f));
    }

    private (byte Label, Vector3 Color) Beside(int side, float d, float z, float across, float along)
    {
        foreach (Frontage f in _frontages[side < 0 ? 0 : 1])
        {
            if (z < f.From || z >= f.To) continue;
            float edge = Math.Min(z - f.From, f.To - z);
            float lane = edge - StreetPlan.SideMargin;
            if (f.Kind == FrontageKind.SideStreet && lane > 0) return (DemoClasses.Road, lane < 0.2f ? _road * 0.88f : _road);
            if (f.Kind == FrontageKind.SideStreet && lane > -0.2f) return (DemoClasses.Sidewalk, s_kerb);
            bool beyond = _plan.RoadHalf + d > _plan.BuildingLine(side);
            if (f.Kind == FrontageKind.Park && beyond) return (DemoClasses.Vegetation, _grass);
            break;
        }

        if (d < 0.15f) return (DemoClasses.Sidewalk, s_kerb * (d < 0.04f ? 0.8f : 1));
        float walk = d - _plan.WalkStart(side) + _plan.RoadHalf;
        if (walk < 0) return (DemoClasses.Vegetation, _grass);
        float joint = Visible(along, 1.2f) * (Noise.Fraction(z / 1.2f) < 0.05f || Noise.Fraction(walk / 1.2f) < 0.05f ? 1 : 0);
        return (DemoClasses.Sidewalk, _walk * (1 - (0.16f * joint * Math.Clamp(1.5f - (across / 0.08f), 0, 1))));
    }

    private bool InCrossing(float z) => _zebras.Length == 2 && z > _zebras[0] && z < _zebras[1] + 3;

    /// <returns>1 while details of the given length still span several samples, towards 0 beyond.</returns>
    private static float Visible(float footprint, float length) => Math.Clamp(2 - (4 * footprint / length), 0, 1);
}
