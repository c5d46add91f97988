using System.Numerics;

namespace UdaSeg.Demo.Scenes.Painting;

/// <summary>(1/Z, S/Z, T/Z) of a planar polygon, which are affine on the screen.</summary>
internal readonly record struct Gradients(Vector3 Base, Vector3 PerColumn, Vector3 PerRow)
{
    public Vector3 At(float column, float row) => Base + (PerColumn * column) + (PerRow * row);

    /// <returns>Surface units per sample: the larger of the change of S along the row and of T along the column.</returns>
    public float Footprint(Vector3 at, float z) =>
        z * Math.Max(Math.Abs(PerColumn.Y - (at.Y * z * PerColumn.X)), Math.Abs(PerRow.Z - (at.Z * z * PerRow.X)));

    /// <summary>Fits the plane through the fan triangle of largest area; false for polygons seen edge-on.</summary>
    public static bool TryFit(ReadOnlySpan<Vector3> screen, ReadOnlySpan<Vertex> vertices, out Gradients plane)
    {
        plane = default;
        int best = 0;
        float area = 0;
        for (int i = 1; i + 1 < screen.Length; i++)
        {
            float a = Cross(screen[i] - screen[0], screen[i + 1] - screen[0]);
            if (Math.Abs(a) > Math.Abs(area)) (area, best) = (a, i);
        }

        if (Math.Abs(area) < 1e-4f) return false;
        Vector3 d1 = screen[best] - screen[0], d2 = screen[best + 1] - screen[0];
        Vector3 origin = Attributes(screen[0], vertices[0]);
        Vector3 a1 = Attributes(screen[best], vertices[best]) - origin, a2 = Attributes(screen[best + 1], vertices[best + 1]) - origin;
        Vector3 perColumn = ((a1 * d2.Y) - (a2 * d1.Y)) * (1 / area);
        Vector3 perRow = ((a2 * d1.X) - (a1 * d2.X)) * (1 / area);
        plane = new Gradients(origin - (perColumn * screen[0].X) - (perRow * screen[0].Y), perColumn, perRow);
        return true;
    }

    private static float Cross(Vector3 a, Vector3 b) => (a.X * b.Y) - (a.Y * b.X);

    private static Vector3 Attributes(Vector3 screen, Vertex vertex) => new(screen.Z, vertex.S * screen.Z, vertex.T * screen.Z);
}
