using UdaSeg.Demo.Scenes.Painting;

namespace UdaSeg.Demo.Scenes.Street;

/// <summary>Street lamps and traffic signs; a sign's post is a pole, its plate a sign.</summary>
internal sealed class FurniturePainter(Stage stage, SceneRandom random)
{
    private static readonly SolidMaterial s_plate = new(DemoClasses.Sign, Colors.Rgb(0xF3F3EE));

    private readonly SolidMaterial _metal = new(DemoClasses.Pole, random.Near(Colors.Rgb(0x6F7C8A), 0.03f), stage.Texture * 0.5f, 0.2f);
    private readonly SolidMaterial _lamp = new(DemoClasses.Pole, Colors.Rgb(0xDDE3E8));

    public void Paint()
    {
        float spacing = random.Next(stage.Style.Street.LampSpacing);
        int style = random.Below(3);
        foreach (int side in (int[])[-1, 1])
        {
            for (float z = random.Next(7, 7 + spacing); z < StreetPlan.Length; z += spacing)
            {
                if (!stage.Plan.IsOpen(side, z)) Lamp(side, z, style);
            }
        }

        int signs = (int)random.Next(stage.Style.Street.Signs);
        for (int i = 0; i < signs; i++) Sign(random.Chance(0.7f) ? 1 : -1, 5 + (i * 5) + random.Next(0, 5));
    }

    private void Lamp(int side, float z, int style)
    {
        float x = side * (stage.Plan.RoadHalf + 0.45f), height = style == 2 ? 4.2f : 6.4f;
        stage.Board(x, height / 2, z, 0.085f, height / 2, _metal, stage.Light.Front);
        stage.Board(x, 0.4f, z - 0.01f, 0.14f, 0.4f, _metal, stage.Light.Front * 0.9f);
        stage.Cast(x, z, 0.5f, 0.35f);
        if (style == 2)
        {
            stage.Board(x, height + 0.2f, z - 0.01f, 0.24f, 0.26f, _lamp);
            stage.Board(x, height + 0.5f, z - 0.02f, 0.32f, 0.06f, _metal, stage.Light.Front);
            return;
        }

        float tip = x - (side * (style == 0 ? 1.9f : 1.3f)), lift = style == 0 ? 0.35f : 0;
        stage.Quad(new(x, height - 0.12f, z), new(tip, height + lift - 0.12f, z), new(tip, height + lift, z), new(x, height, z), _metal, stage.Light.Front);
        stage.Board(tip - (side * 0.25f), height + lift - 0.02f, z - 0.01f, 0.4f, 0.1f, _lamp);
    }

    private void Sign(int side, float z)
    {
        if (stage.Plan.IsOpen(side, z)) return;
        var kind = (SignKind)random.Below(7);
        float x = side * (stage.Plan.RoadHalf + random.Next(0.4f, 0.9f)), height = random.Next(2.1f, 2.6f), half = random.Next(0.36f, 0.46f);
        stage.Board(x, height / 2, z, 0.05f, height / 2, _metal, stage.Light.Front);
        stage.Board(x, height + (half * 0.6f), z - 0.03f, half, half, new SignMaterial(kind));
        if (random.Chance(0.25f)) stage.Board(x, height - (half * 0.75f), z - 0.03f, half, half * 0.3f, s_plate);
        stage.Cast(x, z, 0.35f, 0.3f);
    }
}
