using UdaSeg.Bench.Measuring;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Torch.Data;

namespace UdaSeg.Bench;

/// <summary>What one loading thread spends on a batch, by part: per sample, and whole batches from memory and from files.</summary>
internal static class DataBench
{
    public static void Run(BenchOptions options)
    {
        string preset = options.Text("preset", "small");
        TrainingPlan plan = TrainingPresets.All[preset];
        (int width, int height) = options.Size("image", preset == "small" ? "640x352" : "1914x1052");
        using var samples = new SyntheticSamples(8, width, height);
        Comparison.Run(
            $"Data, preset {preset}: crops of {plan.Crop.Width}×{plan.Crop.Height} out of {width}×{height}, batches of {plan.BatchSize} + {plan.BatchSize}",
            Contenders(plan, samples.All),
            baselines: 0,
            rounds: options.Number("rounds", 9));
    }

    private static IContender[] Contenders(TrainingPlan plan, IReadOnlyList<SampleRef> samples)
    {
        var codec = new SkiaImageCodec();
        SampleStore kept = new(samples, null, 19, codec), read = new(samples, null, 19, codec, budget: 0);
        for (int i = 0; i < samples.Count; i++) (_, _, _) = (kept.Image(i), kept.Labels(i), kept.Style(i));
        for (int i = 0; i < samples.Count; i++) read.Style(i); // once a target image in a run, not once a batch
        int pixels = plan.Crop.Width * plan.Crop.Height, iteration = 0;
        var planes = new float[3 * pixels];
        var crop = new byte[3 * pixels];
        var labels = new byte[pixels];
        var alignment = new SourceAlignment(plan, kept, kept);
        SampleKey Key() => new(1, 1, iteration++, 0);
        CropWindow Window() => Geometry.Draw(plan, kept.Image(0).Width, kept.Image(0).Height, Key());
        return
        [
            new Contender("a sample's image decoded", () => read.Image(0)),
            new Contender("a sample's label decoded", () => read.FileLabels(0)),
            new Contender("an image crop scaled", () => ImageResizing.ScaledCrop(kept.Image(0), Window(), crop)),
            new Contender("an image crop scaled and aligned", () => alignment.Crop(0, Window(), Key())),
            new Contender("a label crop scaled", () => ImageResizing.ScaledCrop(kept.Labels(0), Window(), labels)),
            new Contender("to planes and normalised", () =>
            {
                ImageTensors.ToPlanes(crop, planes);
                ImageTensors.Normalise(planes, Domain.Checkpoints.Normalisation.Of(InputNormalisation.ImageNet));
            }),
            new Contender("colour jitter", () =>
            {
                ImageTensors.ToPlanes(crop, planes);
                ColorJitter.Apply(planes, plan.Jitter, Key().Sequence(DrawPurpose.Jitter));
            }),
            Batches("a batch of stage 0, images in memory", new BatchMaker(plan, 0, kept, kept, null)),
            Batches("a batch of stage 1, images in memory", new BatchMaker(plan, 1, kept, kept, new Labelled(kept))),
            Batches("a batch of stage 1, images from files", new BatchMaker(plan, 1, read, read, new Labelled(kept))),
        ];
    }

    private static Contender Batches(string name, BatchMaker maker)
    {
        int iteration = 0;
        return new Contender(name, () => maker.Return(maker.Make(iteration++)));
    }

    private sealed class Labelled(SampleStore store) : IPseudoLabelSource
    {
        public LabelMap PseudoLabels(int index) => store.Labels(index);
    }
}
