using System.Numerics;
using UdaSeg.Demo.Scenes.Painting;

namespace UdaSeg.Demo.Scenes.Street;

/// <summary>Gradient, sun and clouds wherever nothing else was painted.</summary>
internal sealed class SkyPainter
{
    private static readonly Vector3 s_zenith = Colors.Rgb(0x3F8FE8);
    private static readonly Vector3 s_horizon = Colors.Rgb(0xBFE3FA);
    private static readonly Vector3 s_cloud = Colors.Rgb(0xF7F9FC);
    private static readonly Vector3 s_cloudBase = Colors.Rgb(0xC6D0DC);
    private static readonly Vector3 s_sun = Colors.Rgb(0xFFF3CF);

    private readonly Stage _stage;
    private readonly uint _seed;
    private readonly float _cover;
    private readonly float _edge;
    private readonly Vector2 _sun;

    public SkyPainter(Stage stage, SceneRandom random)
    {
        (_stage, _seed, _cover) = (stage, random.Seed(), random.Next(stage.Style.Surface.CloudCover));
        _edge = stage.Texture > 0 ? 0.25f : 0.04f;
        _sun = new Vector2(stage.Light.SunSide * random.Next(0.15f, 0.6f), random.Next(0.15f, 0.4f));
    }

    public void Paint()
    {
        Canvas canvas = _stage.Canvas;
        SceneCamera camera = canvas.Camera;
        for (int row = 0; row < canvas.Height; row++)
        {
            for (int column = 0; column < canvas.Width; column++)
            {
                int i = (row * canvas.Width) + column;
                if (canvas.Nearness[i] > 0) continue;
                canvas.Labels[i] = DemoClasses.Sky;
                canvas.Colors[i] = Shade((column + 0.5f - camera.CenterX) / camera.Focal, Math.Max(0, camera.HorizonY - row - 0.5f) / camera.Focal);
            }
        }
    }

    /// <param name="x">Tangent of the azimuth.</param>
    /// <param name="y">Tangent of the elevation, from 0.</param>
    private Vector3 Shade(float x, float y)
    {
        Vector3 color = Colors.Mix(s_horizon, s_zenith, Noise.Step(-0.05f, 0.65f, y));
        float dx = x - _sun.X, dy = y - _sun.Y, glow = 0.012f / (0.012f + (dx * dx) + (dy * dy));
        color = Colors.Mix(color, s_sun, Math.Min(1, glow * 1.1f) * 0.8f);
        float px = x / (y + 0.25f), py = 1 / (y + 0.25f);
        float density = Noise.Fractal((px * 1.8f) + 40, py * 2.6f, _seed) - (0.74f - (0.42f * _cover));
        float cloud = Noise.Step(0, _edge, density);
        if (cloud <= 0) return color;
        Vector3 body = Colors.Mix(s_cloud, s_cloudBase, Noise.Step(0.02f, 0.3f, density) * (_stage.Texture > 0 ? 1 : 0.5f));
        return Colors.Mix(color, body, cloud * 0.92f);
    }
}
