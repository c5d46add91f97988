using System.Numerics;
using CsCheck;
using UdaSeg.Demo.Scenes;
using UdaSeg.Demo.Scenes.Painting;
using Xunit;

namespace UdaSeg.Api.Tests.Scenes;

/// <summary>Labels are exact when each sample shows the nearest surface on its ray: checked against a slow ray caster.</summary>
public sealed class CanvasTests
{
    private const int Size = 24;

    private static readonly SceneCamera s_camera = new(20, 11.3f, 12.4f, 0.2f, 1.5f, 0);

    private static readonly Gen<Triangle> s_triangle =
        from a in Point()
        from b in Point()
        from c in Point()
        from label in Gen.Byte[1, 8]
        select new Triangle(a, b, c, label);

    [Fact]
    public void Each_sample_has_the_class_and_colour_of_the_nearest_surface_on_its_ray() => s_triangle.Array[1, 6].Sample(
        triangles =>
        {
            var canvas = new Canvas(Size, Size, s_camera);
            foreach (Triangle t in triangles) canvas.Fill([new(t.A, 0, 0), new(t.B, 1, 0), new(t.C, 0, 1)], new SolidMaterial(t.Label, new Vector3(t.Label)));
            for (int i = 0; i < Size * Size; i++)
            {
                Assert.Equal(canvas.Labels[i], canvas.Colors[i].X);
                if (TryCast(triangles, (i % Size) + 0.5, (i / Size) + 0.5, out byte expected)) Assert.Equal(expected, canvas.Labels[i]);
            }
        },
        iter: 400);

    [Fact]
    public void Neighbours_that_share_an_edge_leave_neither_crack_nor_overlap()
    {
        var canvas = new Canvas(Size, Size, s_camera);
        Vector3 a = new(-9, -9, 5), b = new(9, -9, 5), c = new(9, 9, 5), d = new(-9, 9, 5), middle = new(0.37f, 1.91f, 5);
        byte label = 0;
        foreach ((Vector3 from, Vector3 to) in ((Vector3, Vector3)[])[(a, b), (b, c), (c, d), (d, a)])
        {
            canvas.Fill([new(from, 0, 0), new(to, 1, 0), new(middle, 0, 1)], new SolidMaterial(++label, Vector3.One));
        }

        Assert.DoesNotContain((byte)0, canvas.Labels);
        Assert.Equal(4, canvas.Labels.Distinct().Count());
    }

    [Fact]
    public void A_cut_out_shows_what_is_behind()
    {
        var canvas = new Canvas(Size, Size, s_camera);
        canvas.Fill(Wall(8), new SolidMaterial(DemoClasses.Building, Vector3.One));
        canvas.Fill(Wall(4), new EllipseMaterial(DemoClasses.Sign, Vector3.One, Vector3.One));
        Assert.Contains(DemoClasses.Building, canvas.Labels);
        Assert.Contains(DemoClasses.Sign, canvas.Labels);
        Assert.Equal(DemoClasses.Building, canvas.Labels[0]);
    }

    [Fact]
    public void The_label_of_a_pixel_is_the_class_of_most_of_its_samples()
    {
        var canvas = new Canvas(6, 2, s_camera);
        byte[] labels = [7, 2, 5, 5, 8, 1, 2, 2, 5, 5, 8, 1];
        labels.CopyTo(canvas.Labels, 0);
        Assert.Equal([2, 5, 8], Development.ResolveLabels(canvas, 2));
    }

    private static Vertex[] Wall(float z) =>
        [new(new(-20, -20, z), -8, -8), new(new(20, -20, z), 8, -8), new(new(20, 20, z), 8, 8), new(new(-20, 20, z), -8, 8)];

    private static Gen<Vector3> Point() => Gen.Select(Gen.Int[-40, 40], Gen.Int[-30, 40], Gen.Int[-5, 60], (x, y, z) => new Vector3(x / 8f, y / 8f, z / 6f));

    /// <summary>False where the ray passes so near to an edge, or two surfaces lie so close, that rounding decides.</summary>
    private static bool TryCast(Triangle[] triangles, double column, double row, out byte label)
    {
        label = 0;
        double nearest = double.MaxValue, second = double.MaxValue;
        foreach (Triangle t in triangles)
        {
            if (!t.TryHit((column - s_camera.CenterX) / s_camera.Focal, (s_camera.HorizonY - row) / s_camera.Focal, out double z, out double margin)) continue;
            if (margin < 1e-3 || Math.Abs(z - SceneCamera.Near) < 1e-3) return false;
            if (margin == double.MaxValue || z < SceneCamera.Near) continue;
            second = Math.Min(second, Math.Max(z, nearest));
            if (z < nearest) (nearest, label) = (z, t.Label);
        }

        return second / nearest > 1.01;
    }

    private sealed record Triangle(Vector3 A, Vector3 B, Vector3 C, byte Label)
    {
        /// <summary>Solves origin + z·(x, y, 1) = A + u·(B − A) + v·(C − A) by Cramer's rule in doubles.</summary>
        /// <param name="x">Of the ray.</param>
        /// <param name="y">Of the ray.</param>
        /// <param name="z">Depth of the hit.</param>
        /// <param name="margin">Least absolute barycentric coordinate: how far from an edge the ray passes; the maximum when it clearly misses.</param>
        public bool TryHit(double x, double y, out double z, out double margin)
        {
            (double X, double Y, double Z) e1 = (B.X - A.X, B.Y - A.Y, B.Z - A.Z), e2 = (C.X - A.X, C.Y - A.Y, C.Z - A.Z);
            (double X, double Y, double Z) o = (A.X - s_camera.X, A.Y - s_camera.Height, A.Z), d = (x, y, 1);
            double det = Det(d, (-e1.X, -e1.Y, -e1.Z), (-e2.X, -e2.Y, -e2.Z));
            (z, margin) = (0, 0);
            double size = Math.Sqrt(((e1.X * e1.X) + (e1.Y * e1.Y) + (e1.Z * e1.Z)) * ((e2.X * e2.X) + (e2.Y * e2.Y) + (e2.Z * e2.Z)));
            if (size == 0) return false;
            if (Math.Abs(det) < 1e-2 * size) return true;
            z = Det(o, (-e1.X, -e1.Y, -e1.Z), (-e2.X, -e2.Y, -e2.Z)) / det;
            double u = Det(d, o, (-e2.X, -e2.Y, -e2.Z)) / det, v = Det(d, (-e1.X, -e1.Y, -e1.Z), o) / det, w = 1 - u - v;
            double least = Math.Min(u, Math.Min(v, w));
            margin = least < -1e-3 ? double.MaxValue : Math.Abs(least);
            return true;
        }

        private static double Det((double X, double Y, double Z) a, (double X, double Y, double Z) b, (double X, double Y, double Z) c) =>
            (a.X * ((b.Y * c.Z) - (b.Z * c.Y))) - (b.X * ((a.Y * c.Z) - (a.Z * c.Y))) + (c.X * ((a.Y * b.Z) - (a.Z * b.Y)));
    }
}
