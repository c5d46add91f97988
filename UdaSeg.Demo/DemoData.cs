using System.Text.Json;
using UdaSeg.Demo.Scenes;

namespace UdaSeg.Demo;

/// <summary>The rendered data sets: <c>game</c> with labels, <c>camera</c> without, <c>camera-val</c> with, each image a PNG named by its index.</summary>
/// <param name="root">The folder that holds the three.</param>
internal sealed class DemoData(string root, DemoPlan plan)
{
    public const string Game = "game";
    public const string Camera = "camera";
    public const string CameraVal = "camera-val";

    public string ImagePath(string set, int index) => Path.Combine(root, set, "images", Name(index));

    public string LabelPath(string set, int index) => Path.Combine(root, set, "labels", Name(index));

    /// <summary>Draws what is not there yet. A folder of another plan is drawn anew.</summary>
    /// <param name="progress">Told how many of how many images exist; called from several threads.</param>
    public void Render(Action<int, int> progress, CancellationToken cancel)
    {
        string stamp = Path.Combine(root, "plan.json");
        string drawn = JsonSerializer.Serialize(new { plan.Seed, plan.Width, plan.Height, plan.GameImages, plan.CameraImages, plan.CameraValImages, Version = 1 });
        if (File.Exists(stamp) && File.ReadAllText(stamp) == drawn) return;
        if (Directory.Exists(root)) Directory.Delete(root, recursive: true);
        foreach (string set in (string[])[Game, Camera, CameraVal])
        {
            Directory.CreateDirectory(Path.Combine(root, set, "images"));
            if (set != Camera) Directory.CreateDirectory(Path.Combine(root, set, "labels"));
        }

        (string Set, int Index)[] scenes =
        [
            .. Enumerable.Range(0, plan.GameImages).Select(i => (Game, i)),
            .. Enumerable.Range(0, plan.CameraImages).Select(i => (Camera, i)),
            .. Enumerable.Range(0, plan.CameraValImages).Select(i => (CameraVal, i)),
        ];
        int done = 0;
        Parallel.ForEach(scenes, new ParallelOptions { CancellationToken = cancel, MaxDegreeOfParallelism = Environment.ProcessorCount }, scene =>
        {
            Draw(scene.Set, scene.Index);
            progress(Interlocked.Increment(ref done), scenes.Length);
        });
        File.WriteAllText(stamp, drawn);
    }

    private static string Name(int index) => $"{index:0000}.png";

    private void Draw(string set, int index)
    {
        // Streets of the evaluation set follow those of the training set: the same camera, places that it has not seen.
        int scene = set == CameraVal ? plan.CameraImages + index : index;
        RenderedScene rendered = SceneRenderer.Render(set == Game ? SceneDomain.Game : SceneDomain.Camera, scene, plan.Seed, plan.Width, plan.Height);
        File.WriteAllBytes(ImagePath(set, index), Pixels.EncodePng(rendered.Image));
        if (set != Camera) File.WriteAllBytes(LabelPath(set, index), Pixels.EncodePng(rendered.Labels));
    }
}
