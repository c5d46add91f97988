using System.Numerics;

namespace UdaSeg.Demo.Scenes.Painting;

/// <param name="Position">World, metres.</param>
/// <param name="S">Surface coordinate; affine over the polygon.</param>
/// <param name="T">The other one.</param>
internal readonly record struct Vertex(Vector3 Position, float S, float T);

/// <summary>
/// Samples of colour, class and inverse depth. Colour and class are written together by one depth test, so a label is what is visible, by construction.
/// </summary>
internal sealed class Canvas(int width, int height, SceneCamera camera)
{
    private const int MaxVertices = 12;

    public int Width { get; } = width;

    public int Height { get; } = height;

    public SceneCamera Camera { get; } = camera;

    public Vector3[] Colors { get; } = new Vector3[width * height];

    public byte[] Labels { get; } = new byte[width * height];

    /// <summary>1/Z in 1/m; 0 where nothing has been painted.</summary>
    public float[] Nearness { get; } = new float[width * height];

    /// <summary>Paints a convex planar polygon of 3 to 8 vertices where it is nearer than what is there.</summary>
    /// <param name="polygon">In either winding.</param>
    /// <param name="material">Its look and class.</param>
    /// <param name="light">Multiplies the colour.</param>
    public void Fill(ReadOnlySpan<Vertex> polygon, Material material, float light = 1)
    {
        Span<Vertex> clipped = stackalloc Vertex[MaxVertices];
        int n = ClipNear(polygon, clipped);
        if (n < 3) return;
        Span<Vector3> screen = stackalloc Vector3[n];
        float top = float.MaxValue, bottom = float.MinValue;
        for (int i = 0; i < n; i++)
        {
            screen[i] = Camera.Project(clipped[i].Position);
            top = Math.Min(top, screen[i].Y);
            bottom = Math.Max(bottom, screen[i].Y);
        }

        if (!Gradients.TryFit(screen, clipped[..n], out Gradients plane)) return;
        int last = Math.Min(Height - 1, (int)Math.Ceiling(Math.Min(bottom, Height) - 0.5f) - 1);
        for (int y = Math.Max(0, (int)Math.Ceiling(Math.Max(top, -1) - 0.5f)); y <= last; y++)
        {
            if (TrySpan(screen, y + 0.5f, out int from, out int to)) FillSpan(y, from, to, plane, material, light);
        }
    }

    /// <summary>Multiplies what lies on the ground under a horizontal ellipse by 1 − strength, fading towards the rim. Labels stay.</summary>
    public void Shade(float x, float z, float radiusX, float radiusZ, float strength, float softness)
    {
        if (z - radiusZ < 2) return;
        float bend = Camera.Bend;
        Vector3 near = Camera.Project(new Vector3(x, 0, z - radiusZ)), far = Camera.Project(new Vector3(x, 0, z + radiusZ));
        float half = (radiusX + Math.Abs(bend * 4 * z * radiusZ)) * Camera.Focal * near.Z;
        int left = (int)Math.Max(0, Math.Min(near.X, far.X) - half), right = (int)Math.Min(Width - 1, Math.Max(near.X, far.X) + half);
        for (int row = (int)Math.Max(0, far.Y); row <= Math.Min(Height - 1, near.Y + 1); row++)
        {
            if (row + 0.5f <= Camera.HorizonY) continue;
            for (int column = left; column <= right; column++)
            {
                Vector2 ground = Camera.Ground(column + 0.5f, row + 0.5f);
                int i = (row * Width) + column;
                if (Math.Abs((Nearness[i] * ground.Y) - 1) > 1e-3f) continue;
                float dx = (ground.X - x) / radiusX, dz = (ground.Y - z) / radiusZ;
                float rim = (dx * dx) + (dz * dz);
                if (rim < 1) Colors[i] *= 1 - (strength * Noise.Step(1, 1 - softness, rim));
            }
        }
    }

    private static int ClipNear(ReadOnlySpan<Vertex> polygon, Span<Vertex> clipped)
    {
        int n = 0;
        for (int i = 0; i < polygon.Length; i++)
        {
            Vertex a = polygon[i], b = polygon[(i + 1) % polygon.Length];
            if (a.Position.Z >= SceneCamera.Near) clipped[n++] = a;
            if (a.Position.Z >= SceneCamera.Near == b.Position.Z >= SceneCamera.Near) continue;
            float k = (SceneCamera.Near - a.Position.Z) / (b.Position.Z - a.Position.Z);
            Vector3 p = a.Position + ((b.Position - a.Position) * k);
            clipped[n++] = new Vertex(new Vector3(p.X, p.Y, SceneCamera.Near), a.S + ((b.S - a.S) * k), a.T + ((b.T - a.T) * k));
        }

        return n;
    }

    /// <summary>Samples whose centre lies in [left, right) of the row: neighbours that share an edge neither overlap nor leave a crack.</summary>
    private bool TrySpan(ReadOnlySpan<Vector3> screen, float row, out int from, out int to)
    {
        float left = float.MaxValue, right = float.MinValue;
        for (int i = 0; i < screen.Length; i++)
        {
            Vector3 a = screen[i], b = screen[(i + 1) % screen.Length];
            if (a.Y <= row == b.Y <= row) continue;
            float x = a.X + ((b.X - a.X) * ((row - a.Y) / (b.Y - a.Y)));
            left = Math.Min(left, x);
            right = Math.Max(right, x);
        }

        from = (int)Math.Ceiling(Math.Max(left, -1) - 0.5f);
        from = Math.Max(from, 0);
        to = (int)Math.Ceiling(Math.Min(right, Width) - 0.5f) - 1;
        return to >= from;
    }

    private void FillSpan(int y, int from, int to, in Gradients plane, Material material, float light)
    {
        for (int x = from; x <= to; x++)
        {
            Vector3 a = plane.At(x + 0.5f, y + 0.5f);
            int i = (y * Width) + x;
            if (a.X <= Nearness[i]) continue;
            float z = 1 / a.X;
            if (!material.TryShade(a.Y * z, a.Z * z, plane.Footprint(a, z), out Vector3 color)) continue;
            Colors[i] = color * light;
            Labels[i] = material.Label;
            Nearness[i] = a.X;
        }
    }
}
