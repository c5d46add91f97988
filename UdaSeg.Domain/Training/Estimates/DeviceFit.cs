using System.Globalization;

namespace UdaSeg.Domain.Training.Estimates;

/// <summary>Whether a plan fits a device, and what would.</summary>
/// <param name="DeviceMemory">Bytes.</param>
/// <param name="Margin">The share of the estimate that is added to it for safety.</param>
/// <param name="NeededBytes">The estimate's peak with the margin.</param>
/// <param name="Fits">Whether that is no more than the device has.</param>
/// <param name="LargestBatch">The largest <c>batchSize</c> that fits with the plan's crop; null when the plan fits, or none does.</param>
/// <param name="LargestCrop">The largest <c>crop</c> of the plan's aspect (sides multiples of 16) that fits with its batch size; null likewise.</param>
/// <param name="Advice">What to do, in words.</param>
public sealed record DeviceFit(long DeviceMemory, double Margin, long NeededBytes, bool Fits, int? LargestBatch, PixelSize? LargestCrop, string Advice)
{
    /// <summary>Peaks were measured up to a ninth above the estimate; this is some more.</summary>
    public const double SafetyMargin = 0.15;

    private const int Step = 16, SmallestSide = 32;

    /// <param name="plan">A valid plan.</param>
    /// <param name="classes">C.</param>
    /// <param name="caches">Of the trainer.</param>
    /// <param name="memory">Bytes.</param>
    public static DeviceFit Of(TrainingPlan plan, int classes, ImageCaches caches, long memory)
    {
        long Need(TrainingPlan p) => (long)(PlanEstimate.Of(p, classes, caches).PeakBytes(hostToo: p.Device != "cuda") * (1 + SafetyMargin));
        bool Fit(TrainingPlan p) => Need(p) <= memory;
        long needed = Need(plan);
        if (needed <= memory) return new DeviceFit(memory, SafetyMargin, needed, true, null, null, $"The plan fits, with {Gib(memory - needed)} to spare.");
        int batch = Largest(plan.BatchSize - 1, n => Fit(plan with { BatchSize = n }));
        int steps = Largest((plan.Crop.Width - 1) / Step, n => Fit(plan with { Crop = Cropped(plan.Crop, n) }));
        PixelSize? largest = steps > 0 ? Cropped(plan.Crop, steps) : null;
        bool small = plan.Network.Backbone != Backbone.MobileNetV2 && Fit(plan with { Network = plan.Network with { Backbone = Backbone.MobileNetV2 } });
        string advice = $"The plan needs {Gib(needed)} and the device has {Gib(memory)}: {Advise(plan, batch, largest, small)}.";
        return new DeviceFit(memory, SafetyMargin, needed, false, batch > 0 ? batch : null, largest, advice);
    }

    /// <summary>By bisection: more never needs less.</summary>
    /// <returns>The largest of 1..<paramref name="most"/> that fits; 0: none.</returns>
    private static int Largest(int most, Func<int, bool> fits)
    {
        int fitting = 0, tooLarge = most + 1;
        while (tooLarge - fitting > 1)
        {
            int middle = fitting + ((tooLarge - fitting) / 2);
            if (fits(middle)) fitting = middle;
            else tooLarge = middle;
        }

        return fitting;
    }

    /// <returns>A crop of <paramref name="steps"/> × 16 pixels' width and about the same aspect; sides below the smallest allowed are raised to it.</returns>
    private static PixelSize Cropped(PixelSize crop, int steps)
    {
        int height = (int)Math.Round((double)steps * crop.Height / crop.Width) * Step;
        return new PixelSize(Math.Max(SmallestSide, steps * Step), Math.Max(SmallestSide, Math.Min(height, crop.Height / Step * Step)));
    }

    private static string Advise(TrainingPlan plan, int batch, PixelSize? crop, bool mobileNet)
    {
        var ways = new List<string>();
        bool freezes = IterationCosts.TrainsBatchNorm(plan) && !IterationCosts.TrainsBatchNorm(plan with { BatchSize = batch });
        if (batch > 0) ways.Add(string.Create(CultureInfo.InvariantCulture, $"batchSize {batch}{(freezes ? " (which freezes the batch norms)" : "")}"));
        if (crop is not null) ways.Add(string.Create(CultureInfo.InvariantCulture, $"crop {crop.Width}×{crop.Height}"));
        if (mobileNet) ways.Add("network.backbone mobilenet_v2");
        return ways.Count switch
        {
            0 => "no batch size and no crop of this network fit; take a smaller backbone or baseSize, or a larger device",
            1 => $"take {ways[0]}",
            _ => $"take {string.Join(", ", ways.SkipLast(1))} or {ways[^1]}",
        };
    }

    private static string Gib(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.0} GiB");
}
