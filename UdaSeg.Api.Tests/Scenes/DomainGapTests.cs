using UdaSeg.Demo.Scenes;
using UdaSeg.Domain.Images;
using Xunit;

namespace UdaSeg.Api.Tests.Scenes;

/// <summary>The demo is only worth its name while its domains differ: in lightness, in colour, and in what no colour change removes.</summary>
public sealed class DomainGapTests
{
    private const int Scenes = 24;

    private static readonly Statistics s_game = Statistics.Of(SceneDomain.Game), s_camera = Statistics.Of(SceneDomain.Camera);

    [Fact]
    public void The_camera_is_darker_by_at_least_15_units_of_lightness() => Assert.InRange(s_game.L - s_camera.L, 15, 40);

    [Fact]
    public void The_camera_is_yellower_by_at_least_6_units_of_b() => Assert.InRange(s_camera.B - s_game.B, 6, 25);

    [Fact]
    public void The_camera_differs_from_image_to_image()
    {
        Assert.True(s_camera.SpreadOfB > 2, $"{s_camera.SpreadOfB:f2}");
        Assert.True(s_camera.SpreadOfL > 2, $"{s_camera.SpreadOfL:f2}");
    }

    [Fact]
    public void The_roads_grain_is_the_cameras_alone()
    {
        Assert.True(s_game.RoadGrain < 1.5, $"{s_game.RoadGrain:f2}");
        Assert.True(s_camera.RoadGrain > 3, $"{s_camera.RoadGrain:f2}");
    }

    /// <param name="L">Mean L*, 0..100.</param>
    /// <param name="B">Mean b*.</param>
    /// <param name="SpreadOfL">Standard deviation of the images' mean L*.</param>
    /// <param name="SpreadOfB">The same of b*.</param>
    /// <param name="RoadGrain">Mean difference of neighbours on the road (each at most 12), in 8-bit levels of green.</param>
    private sealed record Statistics(double L, double B, double SpreadOfL, double SpreadOfB, double RoadGrain)
    {
        public static Statistics Of(SceneDomain domain)
        {
            RenderedScene[] scenes = [.. Enumerable.Range(0, Scenes).Select(i => SceneRenderer.Render(domain, i, 3, 160, 96))];
            (double L, double B)[] means = [.. scenes.Select(s => Mean(s.Image))];
            (double l, double b) = (means.Average(m => m.L), means.Average(m => m.B));
            return new Statistics(l, b, Spread(means.Select(m => m.L)), Spread(means.Select(m => m.B)), Grain(scenes));
        }

        private static (double L, double B) Mean(RgbImage image)
        {
            double l = 0, b = 0;
            int count = image.Width * image.Height;
            for (int i = 0; i < count; i++)
            {
                double r = Linear(image.Pixels[3 * i]), g = Linear(image.Pixels[(3 * i) + 1]), blue = Linear(image.Pixels[(3 * i) + 2]);
                double y = F((0.2126 * r) + (0.7152 * g) + (0.0722 * blue));
                double z = F(((0.0193 * r) + (0.1192 * g) + (0.9505 * blue)) / 1.0890);
                l += (116 * y) - 16;
                b += 200 * (y - z);
            }

            return (l / count, b / count);
        }

        private static double Grain(RenderedScene[] scenes)
        {
            List<int> steps = [];
            foreach (RenderedScene s in scenes)
            {
                byte[] labels = s.Labels.Labels, pixels = s.Image.Pixels;
                for (int i = 0; i + 1 < labels.Length; i++)
                {
                    if (labels[i] == DemoClasses.Road && labels[i + 1] == DemoClasses.Road) steps.Add(Math.Abs(pixels[(3 * i) + 1] - pixels[(3 * i) + 4]));
                }
            }

            return steps.Average(step => Math.Min(step, 12));
        }

        private static double Spread(IEnumerable<double> values)
        {
            double[] all = [.. values];
            double mean = all.Average();
            return Math.Sqrt(all.Average(v => (v - mean) * (v - mean)));
        }

        private static double Linear(byte value) => value / 255.0 is var v && v <= 0.04045 ? v / 12.92 : Math.Pow((v + 0.055) / 1.055, 2.4);

        private static double F(double t) => t > 0.008856 ? Math.Cbrt(t) : (7.787 * t) + (16.0 / 116);
    }
}
