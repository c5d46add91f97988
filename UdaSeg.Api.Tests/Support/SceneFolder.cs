using UdaSeg.Demo.Scenes;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Imaging;

namespace UdaSeg.Api.Tests.Support;

/// <summary>Small rendered streets on disk, in the <c>folder</c> layout.</summary>
internal static class SceneFolder
{
    public static LabelSpace Space { get; } = LabelSpace.Create("demo-street-9", "demo-street-9", DemoClasses.All);

    public static IReadOnlyList<SampleRef> Write(string folder, SceneDomain domain, int count, int width, int height, bool labels, long seed = 3)
    {
        var codec = new SkiaImageCodec();
        Directory.CreateDirectory(Path.Combine(folder, "images"));
        if (labels) Directory.CreateDirectory(Path.Combine(folder, "labels"));
        var samples = new List<SampleRef>();
        for (int i = 0; i < count; i++)
        {
            RenderedScene scene = SceneRenderer.Render(domain, i, seed, width, height);
            string image = Path.Combine(folder, "images", $"{i:D3}.png"), label = Path.Combine(folder, "labels", $"{i:D3}.png");
            File.WriteAllBytes(image, codec.Encode(scene.Image, ImageFormat.Png));
            if (labels) File.WriteAllBytes(label, PngLabelCodec.WriteIndexed(scene.Labels, Space));
            samples.Add(new SampleRef($"{i:D3}", image, labels ? label : null, LabelMapping.Identity));
        }

        return samples;
    }
}
