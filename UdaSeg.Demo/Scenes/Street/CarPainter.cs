using System.Numerics;
using UdaSeg.Demo.Scenes.Painting;

namespace UdaSeg.Demo.Scenes.Street;

/// <summary>Cars at the kerb, in both lanes and across the crossing, built of planar panels.</summary>
internal sealed class CarPainter(Stage stage, SceneRandom random)
{
    private static readonly Vector3[] s_paints =
    [
        Colors.Rgb(0xD42A2A), Colors.Rgb(0x2456C8), Colors.Rgb(0x1F3A8A), Colors.Rgb(0xF0F0F2), Colors.Rgb(0x30333A), Colors.Rgb(0xC8CCD2),
        Colors.Rgb(0x6B2A8C), Colors.Rgb(0x1A6FB8),
    ];

    public void Paint()
    {
        float taken = random.Next(stage.Style.Street.ParkedCars), lane = stage.Plan.RoadHalf / 2;
        foreach (int side in (int[])[-1, 1])
        {
            for (float z = random.Next(7, 12); z < 75; z += random.Next(5.6f, 6.8f))
            {
                if (random.Chance(taken) && !NearOpening(side, z)) Car(side * (stage.Plan.RoadHalf - 1.05f), z, 0, side < 0 ? -1 : 1);
            }
        }

        int moving = (int)random.Next(stage.Style.Street.MovingCars);
        float ahead = random.Next(9, 24), oncoming = random.Next(9, 30);
        for (int i = 0; i < moving; i++)
        {
            bool same = random.Chance(0.5f);
            float z = same ? ahead += random.Next(6, 20) : oncoming += random.Next(6, 22);
            if (!OnCrossing(z)) Car(same ? lane - 0.9f : 0.9f - lane, z, 0, same ? 1 : -1);
        }

        if (stage.Plan.Zebras.Count != 2 || !random.Chance(0.6f)) return;
        Car(random.Next(-5, 5), stage.Plan.Zebras[1] - random.Next(3.5f, 5.5f), random.Chance(0.5f) ? 1 : -1, 0);
    }

    /// <summary>Where people and cross traffic go, nobody stops.</summary>
    private bool OnCrossing(float z) => stage.Plan.Zebras.Count > 0 && z > stage.Plan.Zebras[0] - 3.5f && z < stage.Plan.Zebras[^1] + 6.5f;

    private bool NearOpening(int side, float z) =>
        stage.Plan.IsOpen(side, z - 2) || stage.Plan.IsOpen(side, z + 2) || stage.Plan.Zebras.Any(zebra => z > zebra - 3 && z < zebra + 6);

    /// <param name="x">Middle of the car.</param>
    /// <param name="z">Middle of the car.</param>
    /// <param name="headX">Heading, −1, 0 or 1 to the right.</param>
    /// <param name="headZ">Heading, −1 (towards the camera), 0 or 1.</param>
    private void Car(float x, float z, int headX, int headZ)
    {
        var body = new CarBody(stage, random.Pick(CarShape.All), random.Near(random.Pick(s_paints), 0.02f), new Vector3(x, 0, z), headX, headZ);
        if (z - body.Reach < 3.5f) return;
        body.Paint();
        stage.Cast(x, z, headX == 0 ? 1.25f : 2.7f, headX == 0 ? 2.7f : 1.25f);
    }
}
