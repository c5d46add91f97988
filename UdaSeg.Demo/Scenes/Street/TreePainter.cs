using System.Numerics;
using UdaSeg.Demo.Scenes.Painting;

namespace UdaSeg.Demo.Scenes.Street;

/// <summary>Street trees, parks and bushes.</summary>
internal sealed class TreePainter(Stage stage, SceneRandom random)
{
    private static readonly Vector3[] s_leaves = [Colors.Rgb(0x3F9A35), Colors.Rgb(0x5BB13C), Colors.Rgb(0x2F8440), Colors.Rgb(0x78B63E)];
    private static readonly Vector3 s_bark = Colors.Rgb(0x7A5534);

    private static readonly Shape[] s_parkShapes = [Shape.Round, Shape.Round, Shape.Spread, Shape.Poplar, Shape.Conifer];

    private enum Shape
    {
        Round,
        Spread,
        Poplar,
        Conifer,
    }

    public void Paint()
    {
        foreach (int side in (int[])[-1, 1])
        {
            float spacing = random.Next(stage.Style.Street.TreeSpacing);
            Shape shape = random.Pick((Shape[])[Shape.Round, Shape.Spread, Shape.Poplar]);
            float strip = stage.Plan.GrassStrip[side < 0 ? 0 : 1];
            float x = side * (stage.Plan.RoadHalf + (strip > 0 ? 0.15f + (strip / 2) : 0.65f));
            for (float z = random.Next(6, 6 + spacing); z < StreetPlan.Length; z += spacing * random.Next(0.8f, 1.3f))
            {
                if (!stage.Plan.IsOpen(side, z) && random.Chance(0.75f)) Tree(x, z, random.Next(0.75f, 1.05f), shape);
            }
        }

        foreach (Frontage f in stage.Plan.Frontages.Where(f => f.Kind == FrontageKind.Park)) Park(f);
    }

    private void Park(Frontage f)
    {
        float line = stage.Plan.BuildingLine(f.Side);
        int trees = (int)((f.To - f.From) * random.Next(0.3f, 0.6f));
        for (int i = 0; i < trees; i++)
        {
            float z = random.Next(f.From + 0.5f, f.To - 0.5f);
            if (z > 3) Tree(f.Side * (line + random.Next(1.5f, 14)), z, random.Next(0.8f, 1.4f), random.Pick(s_parkShapes));
        }

        for (int i = 0; i < 6; i++)
        {
            float z = random.Next(f.From + 0.5f, f.To - 0.5f), size = random.Next(0.5f, 1.0f);
            if (z > 3) Blob(f.Side * (line + random.Next(0.9f, 5)), size * 0.55f, z, size * 1.2f, size, Leaves(), false);
        }
    }

    private Vector3 Leaves() => random.Near(random.Pick(s_leaves), 0.025f);

    private void Tree(float x, float z, float scale, Shape shape)
    {
        Vector3 leaves = Leaves();
        float trunk = (shape == Shape.Conifer ? 0.8f : 2.3f) * scale, radius = 0.16f * scale;
        var bark = new SolidMaterial(DemoClasses.Vegetation, s_bark, stage.Texture, 0.15f, random.Seed());
        stage.Board(x, trunk * 0.6f, z + 0.3f, radius, trunk * 0.6f, bark, stage.Light.Front);
        stage.Cast(x, z, 2.0f * scale, 1.4f * scale);
        switch (shape)
        {
            case Shape.Conifer:
                for (int i = 0; i < 3; i++)
                {
                    Blob(x, trunk + ((1.1f + (1.35f * i)) * scale), z - (0.02f * i), (1.7f - (0.4f * i)) * scale, 1.4f * scale, leaves, true);
                }

                break;
            case Shape.Poplar:
                Blob(x, trunk + (2.4f * scale), z, 1.05f * scale, 3.1f * scale, leaves, false);
                break;
            case Shape.Spread:
                for (int i = 0; i < 5; i++)
                {
                    float y = trunk + (random.Next(1.0f, 1.9f) * scale), depth = z + random.Next(-0.5f, 0.5f);
                    Blob(x + ((i - 2) * 0.85f * scale), y, depth, random.Next(1.1f, 1.5f) * scale, random.Next(0.9f, 1.3f) * scale, leaves, false);
                }

                break;
            default:
                Blob(x, trunk + (1.5f * scale), z, 1.9f * scale, 1.9f * scale, leaves, false);
                for (int i = 0; i < 3; i++)
                {
                    float across = x + (random.Next(-1.1f, 1.1f) * scale), y = trunk + (random.Next(0.8f, 2.6f) * scale);
                    Blob(across, y, z - 0.2f - (0.1f * i), random.Next(0.9f, 1.3f) * scale, random.Next(0.8f, 1.2f) * scale, leaves, false);
                }

                break;
        }
    }

    private void Blob(float x, float y, float z, float radiusX, float radiusY, Vector3 leaves, bool cone) =>
        stage.Board(x, y, z, radiusX, radiusY, new CrownMaterial(leaves, stage.Light.SunSide, stage.Style.Surface.Steps, stage.Texture, cone, random.Seed()));

    /// <summary>A row of crowns far away, without trunks.</summary>
    public void Copse(float x, float z, float width)
    {
        for (float u = -width / 2; u < width / 2; u += random.Next(2, 3.5f))
        {
            float size = random.Next(2.2f, 4);
            Blob(x + u, size * 0.8f, z + random.Next(-1, 1), size, size * random.Next(1, 1.5f), Leaves(), false);
        }
    }
}
