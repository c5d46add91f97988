using System.Numerics;
using UdaSeg.Demo.Scenes.Painting;

namespace UdaSeg.Demo.Scenes.Street;

/// <summary>The panels and wheels of one car. In the car's own frame, X is to its right and Z ahead, the origin on the ground under its middle.</summary>
internal sealed class CarBody(Stage stage, CarShape shape, Vector3 paint, Vector3 place, int headX, int headZ)
{
    private const float Sill = 0.24f;
    private const float Wheel = 0.33f;

    private static readonly SolidMaterial s_rubber = new(DemoClasses.Car, Colors.Rgb(0x1B1C20));
    private static readonly EllipseMaterial s_tyre = new(DemoClasses.Car, Colors.Rgb(0x1B1C20), Colors.Rgb(0xB9BEC6), hub: 0.58f);

    private readonly float _w = shape.HalfWidth;
    private readonly float _top = shape.HalfWidth - 0.2f;
    private readonly float _base = shape.HalfWidth - 0.04f;
    private readonly float _wheelbase = shape.Length * 0.3f;

    /// <summary>Metres from the middle to the nearest end along Z.</summary>
    public float Reach => headX == 0 ? shape.Length / 2 : shape.HalfWidth;

    public void Paint()
    {
        Ends();
        Cabin();
        foreach (int side in (int[])[-1, 1]) Flank(side);
    }

    private float Along(float share) => share * shape.Length;

    /// <summary>Rotates by quarter turns and moves to the car's place.</summary>
    private Vector3 World(float x, float y, float z) => place + new Vector3((x * headZ) + (z * headX), y, (z * headZ) - (x * headX));

    /// <returns>The light on a face whose normal, in the car's frame, is (x, z).</returns>
    private float Light(int x, int z)
    {
        int worldX = (x * headZ) + (z * headX), worldZ = (z * headZ) - (x * headX);
        return worldX != 0 ? stage.Light.Side(worldX) : worldZ < 0 ? stage.Light.Front : 0.85f;
    }

    private void Ends()
    {
        float rear = Along(-0.5f), front = Along(0.5f);
        Across(_w, _w, Sill, shape.Belt, rear, rear, new CarMaterial(CarPanel.Rear, paint), Light(0, -1));
        Across(_w, _w, Sill, shape.Hood, front, front, new CarMaterial(CarPanel.Front, paint), Light(0, 1));
        foreach (int side in (int[])[-1, 1])
        {
            foreach (float z in (float[])[-_wheelbase - Wheel, _wheelbase + Wheel])
            {
                float outer = side * (_w - 0.04f), inner = side * (_w - 0.26f);
                stage.Quad(World(inner, 0, z), World(outer, 0, z), World(outer, 0.4f, z), World(inner, 0.4f, z), s_rubber);
            }
        }

        Across(_w - 0.1f, _w - 0.1f, 0.13f, Sill + 0.1f, rear + 0.25f, rear + 0.25f, s_rubber, 0.8f);
        Across(_w - 0.1f, _w - 0.1f, 0.13f, Sill + 0.1f, front - 0.25f, front - 0.25f, s_rubber, 0.8f);
    }

    private void Cabin()
    {
        var plain = new CarMaterial(CarPanel.Plain, paint);
        var pane = new CarMaterial(CarPanel.Pane, paint);
        float top = stage.Light.Top;
        Across(_w, _base, shape.Belt, shape.Belt + 0.02f, Along(-0.5f), Along(shape.RearBase), plain, top);
        Across(_base, _top, shape.Belt, shape.Roof, Along(shape.RearBase), Along(shape.RearTop), pane, Light(0, -1));
        Across(_top, _top, shape.Roof, shape.Roof, Along(shape.RearTop), Along(shape.FrontTop), plain, top);
        Across(_base, _top, shape.Belt, shape.Roof, Along(shape.FrontBase), Along(shape.FrontTop), pane, Light(0, 1));
        Across(_w, _base, shape.Hood, shape.Belt, Along(0.5f), Along(shape.FrontBase), plain, top);
    }

    /// <summary>A panel over the car's whole width, between two heights at two places along it.</summary>
    private void Across(float half0, float half1, float y0, float y1, float z0, float z1, Material material, float light) =>
        stage.Quad(World(-half0, y0, z0), World(half0, y0, z0), World(half1, y1, z1), World(-half1, y1, z1), material, light, -1, 1, 0, 1);

    private void Flank(int side)
    {
        float light = Light(side, 0), x = side * _w;
        var flank = new CarMaterial(CarPanel.Flank, paint, _wheelbase);
        ReadOnlySpan<(float Z, float Y)> outline =
        [
            (Along(-0.5f), Sill), (Along(0.5f), Sill), (Along(0.5f), shape.Hood), (Along(shape.FrontBase), shape.Belt), (Along(-0.5f), shape.Belt),
        ];
        Span<Vertex> polygon = stackalloc Vertex[outline.Length];
        for (int i = 0; i < outline.Length; i++) polygon[i] = new Vertex(World(x, outline[i].Y, outline[i].Z), outline[i].Z, outline[i].Y);
        stage.Canvas.Fill(polygon, flank, light);

        // S and T of the slanted cabin are affine in (Z, Y) so that the frame stays parallel to its lower edge.
        float middle = (shape.RearBase + shape.FrontBase) / 2, half = (shape.FrontBase - shape.RearBase) / 2;
        Vertex At(float z, float y, float t) => new(World(side * (t > 0 ? _top : _base), y, Along(z)), (z - middle) / half, t);
        stage.Canvas.Fill(
            [At(shape.RearBase, shape.Belt, 0), At(shape.FrontBase, shape.Belt, 0), At(shape.FrontTop, shape.Roof, 1), At(shape.RearTop, shape.Roof, 1)],
            new CarMaterial(CarPanel.SidePanes, paint),
            light);
        foreach (float z in (float[])[-_wheelbase, _wheelbase])
        {
            float rim = side * (_w + 0.015f), near = z - Wheel, far = z + Wheel;
            stage.Quad(World(rim, 0, near), World(rim, 0, far), World(rim, 2 * Wheel, far), World(rim, 2 * Wheel, near), s_tyre, light, -1, 1, -1, 1);
        }
    }
}
