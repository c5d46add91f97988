using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Ports;

namespace UdaSeg.Api.Interop.LabelStudio;

/// <summary>From a segmentation to a prediction of brush regions.</summary>
internal static class BrushRegions
{
    /// <summary>Classes and labels are the same when their names are, capitals aside; the label's spelling is answered.</summary>
    public static Prediction Predict(SegmentationResult result, Checkpoint model, LabellingConfig config)
    {
        byte[] labels = result.Labels.Labels;
        (long[] pixels, double[] sums) = (new long[256], new double[256]);
        for (int i = 0; i < labels.Length; i++)
        {
            pixels[labels[i]]++;
            sums[labels[i]] += result.Confidence![i];
        }

        List<BrushRegion> regions = [];
        foreach (LabelClass c in model.Manifest.LabelSpace.Classes.Where(c => pixels[c.Index] > 0))
        {
            if (config.Labels.FirstOrDefault(l => l.Equals(c.Name, StringComparison.OrdinalIgnoreCase)) is not { } label) continue;
            regions.Add(new BrushRegion
            {
                Id = Guid.NewGuid().ToString("N")[..10],
                FromName = config.FromName,
                ToName = config.ToName,
                OriginalWidth = result.Labels.Width,
                OriginalHeight = result.Labels.Height,
                Score = sums[c.Index] / pixels[c.Index],
                Value = new BrushValue(BrushRle.Encode(result.Labels, (byte)c.Index), [label]),
            });
        }

        return new Prediction(model.Id.ToString(), sums.Sum() / labels.Length, regions);
    }
}
