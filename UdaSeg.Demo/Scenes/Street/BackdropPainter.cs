using System.Numerics;
using UdaSeg.Demo.Scenes.Painting;

namespace UdaSeg.Demo.Scenes.Street;

/// <summary>The end of the street: a skyline and copses, so that the ground never meets the sky bare.</summary>
internal sealed class BackdropPainter(Stage stage, SceneRandom random, TreePainter trees)
{
    private const float Distance = StreetPlan.Length + 8;

    private static readonly Vector3[] s_walls = [Colors.Rgb(0xD8B48A), Colors.Rgb(0xB9705A), Colors.Rgb(0xC9A27A), Colors.Rgb(0xA8604E)];

    public void Paint()
    {
        float x = -120;
        while (x < 120)
        {
            float width = random.Next(9, 20);
            if (random.Chance(0.6f)) Block(x, width);
            else trees.Copse(x + (width / 2), Distance - 2, width);
            x += width;
        }

        var hedge = new SolidMaterial(DemoClasses.Vegetation, Colors.Rgb(0x4E8F3A), stage.Texture, 0.5f);
        stage.Quad(new(-160, 0, Distance + 3), new(160, 0, Distance + 3), new(160, 2.2f, Distance + 3), new(-160, 2.2f, Distance + 3), hedge, 1, 0, 320, 0, 2);
    }

    private void Block(float x, float width)
    {
        float height = random.Next(5, 15), z = Distance + random.Next(-1, 1);
        var facade = new Facade(random.Near(random.Pick(s_walls), 0.03f), Colors.Rgb(0xE6DAC4), Colors.Rgb(0x5A6C80), Colors.Rgb(0x5A3A28))
        {
            Storey = 3,
            Bay = 3.2f,
            Window = 0.26f,
            Shop = false,
            Brick = false,
            Height = height,
            Seed = random.Seed(),
        };
        stage.Wall(x, z, x + width, z, 0, height, new FacadeMaterial(facade, stage.Texture), stage.Light.Front, 0, width);
    }
}
