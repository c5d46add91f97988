using System.Security.Cryptography;
using UdaSeg.Demo.Scenes;
using UdaSeg.Demo.Scenes.Painting;
using UdaSeg.Domain.Labels;
using Xunit;

namespace UdaSeg.Api.Tests.Scenes;

public sealed class SceneRendererTests
{
    private const int Width = 160;
    private const int Height = 96;
    private const int Scenes = 40;

    [Theory]
    [InlineData((int)SceneDomain.Game)]
    [InlineData((int)SceneDomain.Camera)]
    public void The_same_arguments_give_the_same_bytes_on_any_thread(int domain)
    {
        string[] alone = [.. Enumerable.Range(0, 6).Select(i => Hash(Scene(domain, i)))];
        string[] together = new string[alone.Length];
        Parallel.For(0, alone.Length, i => together[i] = Hash(Scene(domain, i)));
        Assert.Equal(alone, together);
        Assert.Equal(alone.Length, alone.Distinct().Count());
        Assert.NotEqual(alone[0], Hash(SceneRenderer.Render((SceneDomain)domain, 0, 8, Width, Height)));
    }

    /// <summary>Bytes of fixed scenes, so that a change of the draws, or a machine that rounds otherwise, is noticed.</summary>
    [Theory]
    [InlineData((int)SceneDomain.Game, "0AB60EC384AC6922")]
    [InlineData((int)SceneDomain.Camera, "7F3A6DC263DCE831")]
    public void The_scenes_are_those_of_the_published_demo(int domain, string expected) => Assert.Equal(expected, Hash(Scene(domain, 0))[..16]);

    [Theory]
    [InlineData((int)SceneDomain.Game)]
    [InlineData((int)SceneDomain.Camera)]
    public void Every_class_has_its_share_of_the_pixels_and_no_other_value_occurs(int domain)
    {
        long[] pixels = new long[256];
        int[] scenes = new int[256];
        for (int i = 0; i < Scenes; i++)
        {
            byte[] labels = Scene(domain, i).Labels.Labels;
            foreach (byte label in labels) pixels[label]++;
            foreach (byte label in labels.Distinct()) scenes[label]++;
        }

        double total = pixels.Sum();
        double[] least = [0.15, 0.02, 0.12, 0.04, 0.05, 0.004, 0.0025, 0.02, 0.004];
        for (int c = 0; c < least.Length; c++)
        {
            Assert.True(pixels[c] / total >= least[c], $"{DemoClasses.All[c].Name}: {pixels[c] / total:P2}");
            Assert.True(scenes[c] >= Scenes * 0.7, $"{DemoClasses.All[c].Name} in {scenes[c]} of {Scenes}");
        }

        Assert.Equal(total, pixels[..least.Length].Sum());
    }

    [Theory]
    [InlineData((int)SceneDomain.Game)]
    [InlineData((int)SceneDomain.Camera)]
    public void The_camera_changes_colours_but_never_labels(int domain)
    {
        SceneStyle style = SceneStyle.Of((SceneDomain)domain);
        SceneStyle clean = style with { Look = CameraStyle.Clean }, strong = style with { Look = SceneStyle.Camera.Look };
        for (int i = 0; i < 4; i++)
        {
            RenderedScene a = SceneRenderer.Render(clean, (SceneDomain)domain, i, 7, Width, Height);
            RenderedScene b = SceneRenderer.Render(strong, (SceneDomain)domain, i, 7, Width, Height);
            Assert.Equal(a.Labels.Labels, b.Labels.Labels);
            Assert.NotEqual(a.Image.Pixels, b.Image.Pixels);
        }
    }

    [Theory]
    [InlineData((int)SceneDomain.Game)]
    [InlineData((int)SceneDomain.Camera)]
    public void Road_and_sidewalk_lie_in_the_ground_plane_and_the_sky_alone_has_no_depth(int domain)
    {
        for (int scene = 0; scene < 4; scene++)
        {
            Canvas canvas = SceneRenderer.Paint(SceneStyle.Of((SceneDomain)domain), (SceneDomain)domain, scene, 7, Width, Height);
            for (int i = 0; i < canvas.Labels.Length; i++)
            {
                Assert.Equal(canvas.Labels[i] == DemoClasses.Sky, canvas.Nearness[i] == 0);
                if (canvas.Labels[i] is not (DemoClasses.Road or DemoClasses.Sidewalk)) continue;
                Assert.Equal(1, canvas.Camera.Ground((i % Width) + 0.5f, (i / Width) + 0.5f).Y * canvas.Nearness[i], 1e-4f);
            }
        }
    }

    [Fact]
    public void The_classes_form_a_valid_label_space()
    {
        LabelSpace space = LabelSpace.Create("demo", DemoClasses.Name, DemoClasses.All);
        Assert.Equal(9, space.Count);
        Assert.Equal("person", space.Classes[DemoClasses.Person].Name);
    }

    private static RenderedScene Scene(int domain, int index) => SceneRenderer.Render((SceneDomain)domain, index, 7, Width, Height);

    private static string Hash(RenderedScene scene) => Convert.ToHexString(SHA256.HashData([.. scene.Image.Pixels, .. scene.Labels.Labels]));
}
