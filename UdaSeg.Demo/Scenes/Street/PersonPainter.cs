using System.Numerics;
using UdaSeg.Demo.Scenes.Painting;

namespace UdaSeg.Demo.Scenes.Street;

/// <summary>People on the sidewalks and on the zebra crossings.</summary>
internal sealed class PersonPainter(Stage stage, SceneRandom random)
{
    private static readonly Vector3[] s_tops =
    [
        Colors.Rgb(0xE85D2A), Colors.Rgb(0xE8C22A), Colors.Rgb(0xC2255C), Colors.Rgb(0x2A8FA8), Colors.Rgb(0xF2F0EA),
        Colors.Rgb(0x7B4FA3), Colors.Rgb(0xD9363E),
    ];

    private static readonly Vector3[] s_trousers = [Colors.Rgb(0x27324F), Colors.Rgb(0x2B2B30), Colors.Rgb(0x6A5A48), Colors.Rgb(0x4A5A86)];
    private static readonly Vector3[] s_skins = [Colors.Rgb(0xF0C6A0), Colors.Rgb(0xD9A47A), Colors.Rgb(0x8D5B3C), Colors.Rgb(0xE8B894)];
    private static readonly Vector3[] s_hairs = [Colors.Rgb(0x2A1D16), Colors.Rgb(0x5A3A20), Colors.Rgb(0xB98A4A), Colors.Rgb(0x8A8A8A)];

    public void Paint()
    {
        int count = (int)random.Next(stage.Style.Street.People);
        for (int i = 0; i < count; i++)
        {
            int side = random.Chance(0.5f) ? -1 : 1;
            float depth = random.Next(0, 1), z = 5.5f + (depth * depth * 40);
            float start = stage.Plan.WalkStart(side), x = side * (start + random.Next(0.5f, stage.Plan.SidewalkWidth - 0.4f));
            if (random.Chance(0.35f) && stage.Plan.Zebras.Count > 0)
            {
                z = random.Pick(stage.Plan.Zebras) + random.Next(0.6f, 2.4f);
                x = random.Next(-stage.Plan.RoadHalf, stage.Plan.RoadHalf);
            }

            if (z < 5) continue;
            Person(x, z);
            if (random.Chance(0.3f)) Person(x + random.Next(0.55f, 0.75f), z + random.Next(-0.2f, 0.2f));
        }
    }

    private void Person(float x, float z)
    {
        float k = (random.Chance(0.15f) ? random.Next(1.1f, 1.35f) : random.Next(1.58f, 1.86f)) / 1.75f;
        float stride = random.Next(0.02f, 0.24f) * k, light = stage.Light.Front + 0.06f, grain = stage.Texture * 0.6f;
        var top = new SolidMaterial(DemoClasses.Person, random.Near(random.Pick(s_tops), 0.03f), grain, 0.12f, random.Seed());
        var legs = new SolidMaterial(DemoClasses.Person, random.Near(random.Pick(s_trousers), 0.02f), grain, 0.12f, random.Seed());
        var shoes = new SolidMaterial(DemoClasses.Person, Colors.Rgb(0x1E1C1C));
        var skin = new SolidMaterial(DemoClasses.Person, random.Pick(s_skins));
        bool coat = random.Chance(0.3f);
        foreach (int side in (int[])[-1, 1])
        {
            float foot = x + (side * ((0.09f * k) + (stride / 2)));
            Limb(x + (side * 0.09f * k), 0.88f * k, foot, 0.05f * k, z, 0.085f * k, legs, light * (side < 0 ? 0.9f : 1));
            stage.Board(foot + (0.03f * k), 0.04f * k, z - 0.01f, 0.1f * k, 0.05f * k, shoes);
            float hand = x + (side * ((0.27f * k) + (stride * 0.3f)));
            Limb(x + (side * 0.21f * k), 1.42f * k, hand, 0.82f * k, z - 0.02f, 0.055f * k, top, light * 0.86f);
            stage.Board(hand, 0.79f * k, z - 0.03f, 0.05f * k, 0.06f * k, skin, light);
        }

        float hem = coat ? 0.5f : 0.8f, hemHalf = coat ? 0.26f : 0.18f;
        stage.Quad(
            new(x - (hemHalf * k), hem * k, z - 0.03f),
            new(x + (hemHalf * k), hem * k, z - 0.03f),
            new(x + (0.22f * k), 1.46f * k, z - 0.03f),
            new(x - (0.22f * k), 1.46f * k, z - 0.03f),
            top,
            light);
        stage.Board(x, 1.49f * k, z - 0.02f, 0.06f * k, 0.06f * k, skin, light * 0.9f);
        var head = new EllipseMaterial(DemoClasses.Person, random.Pick(s_skins), random.Pick(s_hairs), random.Chance(0.5f) ? 0.25f : -0.5f);
        stage.Board(x, 1.63f * k, z - 0.04f, 0.115f * k, 0.145f * k, head, light);
        stage.Cast(x, z, 0.4f * k, 0.35f * k);
    }

    private void Limb(float x0, float y0, float x1, float y1, float z, float half, Material material, float light) =>
        stage.Quad(new(x1 - (half * 0.8f), y1, z), new(x1 + (half * 0.8f), y1, z), new(x0 + half, y0, z), new(x0 - half, y0, z), material, light);
}
