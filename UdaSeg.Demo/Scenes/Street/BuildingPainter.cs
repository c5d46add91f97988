using System.Numerics;
using UdaSeg.Demo.Scenes.Painting;

namespace UdaSeg.Demo.Scenes.Street;

/// <summary>Houses along the street: a facade in perspective, an end wall, a flat or gabled roof, sometimes a chimney.</summary>
internal sealed class BuildingPainter(Stage stage, SceneRandom random)
{
    /// <summary>Walls are split at this length so that they follow the bend.</summary>
    private const float Segment = 3;

    private static readonly Vector3[] s_walls =
    [
        Colors.Rgb(0xE2B87A), Colors.Rgb(0xD98C6A), Colors.Rgb(0xB5533F), Colors.Rgb(0xEAD9B0), Colors.Rgb(0xC46A4C), Colors.Rgb(0xD6A35C),
        Colors.Rgb(0xA65A48), Colors.Rgb(0xE3C9A6),
    ];

    private static readonly Vector3[] s_roofs = [Colors.Rgb(0x9A4434), Colors.Rgb(0x7E4A3C), Colors.Rgb(0x8B3A2E), Colors.Rgb(0x6E5048)];

    private static readonly Vector3[] s_doors = [Colors.Rgb(0x6A3B24), Colors.Rgb(0x7A2222), Colors.Rgb(0x2F5D4A), Colors.Rgb(0x8C3A5E)];

    public void Paint()
    {
        foreach (Frontage f in stage.Plan.Frontages)
        {
            if (f.Kind == FrontageKind.Building) House(f);
            if (f.Kind != FrontageKind.SideStreet) BackRow(f);
        }
    }

    private Facade DrawFacade(float height, float storey) => new(
        random.Near(random.Pick(s_walls), 0.03f),
        random.Near(Colors.Rgb(0xF0E8D8), 0.02f),
        random.Near(Colors.Rgb(0x4A5F78), 0.03f),
        random.Pick(s_doors))
    {
        Storey = storey,
        Bay = random.Next(2.1f, 3.1f),
        Window = random.Next(0.2f, 0.3f),
        Shop = random.Chance(0.35f),
        Brick = random.Chance(0.5f),
        Height = height,
        Seed = random.Seed(),
    };

    private void House(Frontage f)
    {
        float storey = random.Next(2.8f, 3.4f), height = (MathF.Floor(random.Next(stage.Style.Street.Storeys)) * storey) + 0.5f;
        var facade = new FacadeMaterial(DrawFacade(height, storey), stage.Texture);
        float line = f.Side * (stage.Plan.BuildingLine(f.Side) + (random.Chance(0.25f) ? random.Next(0, 0.8f) : 0));
        float depth = random.Next(8, 11), far = line + (f.Side * depth);
        int pieces = (int)MathF.Ceiling((f.To - f.From) / Segment);
        for (int i = 0; i < pieces; i++)
        {
            float a = f.From + ((f.To - f.From) * i / pieces), b = f.From + ((f.To - f.From) * (i + 1) / pieces);
            stage.Wall(line, a, line, b, 0, height, facade, stage.Light.Side(-f.Side), a - f.From, b - f.From);
        }

        stage.Wall(line, f.From, far, f.From, 0, height, facade, stage.Light.Front, 0, depth);
        var roof = new SolidMaterial(DemoClasses.Building, random.Near(random.Pick(s_roofs), 0.03f), stage.Texture, 0.3f, random.Seed());
        if (!random.Chance(stage.Style.Street.Gable)) Parapet(f, line, far, height);
        else if (random.Chance(0.6f)) RidgeAlong(f, line, far, height, facade, roof);
        else RidgeAcross(f, line, far, height, facade, roof);
    }

    private void Parapet(Frontage f, float line, float far, float height)
    {
        var trim = new SolidMaterial(DemoClasses.Building, Colors.Rgb(0xD8CFC0), stage.Texture, 0.4f);
        float edge = line - (f.Side * 0.25f), top = height + 0.35f;
        for (float z = f.From; z < f.To; z += Segment)
        {
            float b = Math.Min(f.To, z + Segment);
            stage.Wall(edge, z, edge, b, height, top, trim, stage.Light.Side(-f.Side), z, b);
        }

        stage.Wall(edge, f.From - 0.1f, far, f.From - 0.1f, height, top, trim, stage.Light.Front, 0, 9);
    }

    private void RidgeAlong(Frontage f, float line, float far, float height, Material wall, Material roof)
    {
        float middle = (line + far) / 2, ridge = height + random.Next(2.2f, 3.4f), eave = line - (f.Side * 0.4f), low = height - 0.15f;
        for (float z = f.From; z < f.To; z += Segment)
        {
            float b = Math.Min(f.To, z + Segment);
            stage.Quad(new(eave, low, z), new(eave, low, b), new(middle, ridge, b), new(middle, ridge, z), roof, stage.Light.Side(-f.Side), z, b, 0, 4);
        }

        stage.Canvas.Fill(
            [new(new(line, height, f.From), 0, height), new(new(far, height, f.From), 9, height), new(new(middle, ridge, f.From), 4.5f, ridge)],
            wall,
            stage.Light.Front);
        if (random.Chance(0.6f)) Chimney(middle, ridge, f.From + random.Next(1, f.To - f.From - 1));
    }

    private void RidgeAcross(Frontage f, float line, float far, float height, Material wall, Material roof)
    {
        float ridge = height + random.Next(2.2f, 3.4f), m = f.Middle;
        stage.Canvas.Fill(
            [new(new(line, height, f.From), 0, height), new(new(line, height, f.To), f.To - f.From, height), new(new(line, ridge, m), m - f.From, ridge)],
            wall,
            stage.Light.Side(-f.Side));
        stage.Quad(new(line, height, f.From), new(far, height, f.From), new(far, ridge, m), new(line, ridge, m), roof, stage.Light.Front, 0, 9, 0, 5);
    }

    private void Chimney(float x, float ridge, float z)
    {
        var brick = new SolidMaterial(DemoClasses.Building, Colors.Rgb(0x8E4A3C), stage.Texture, 0.2f);
        stage.Board(x, ridge + 0.5f, z, 0.35f, 0.7f, brick, stage.Light.Front);
    }

    /// <summary>Lower houses behind the first row, seen over parks and through side streets.</summary>
    private void BackRow(Frontage f)
    {
        if (!random.Chance(f.Kind == FrontageKind.Park ? 0.7f : 0.3f)) return;
        float storey = 3, height = (1 + random.Below(3)) * storey;
        float line = f.Side * (stage.Plan.BuildingLine(f.Side) + random.Next(16, 24)), far = line + (f.Side * 14);
        var facade = new FacadeMaterial(DrawFacade(height, storey), stage.Texture);
        stage.Wall(line, f.From, line, f.To, 0, height, facade, stage.Light.Side(-f.Side), 0, f.To - f.From);
        stage.Wall(line, f.From, far, f.From, 0, height, facade, stage.Light.Front, 0, 14);
    }
}
