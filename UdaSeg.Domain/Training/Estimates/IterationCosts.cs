using UdaSeg.Domain.Training.Methods;

namespace UdaSeg.Domain.Training.Estimates;

/// <summary>What an iteration needs and does, layer by layer.</summary>
/// <param name="Images">That go through the network.</param>
/// <param name="Backbone">Of the network.</param>
/// <param name="Layers">In the order of the forward pass, the loss at the end.</param>
public sealed record IterationCosts(int Images, Backbone Backbone, IReadOnlyList<LayerCost> Layers)
{
    private const int FloatBytes = 4, HalfBytes = 2, IndexBytes = 8;

    /// <summary>Learnt values.</summary>
    public long Parameters => Layers.Sum(l => l.Parameters);

    /// <summary>Running means and variances.</summary>
    public long Statistics => Layers.Sum(l => l.Statistics);

    /// <summary>Of the convolutions, 2 for each multiplication and addition.</summary>
    public double ForwardFlops => Layers.Sum(l => l.Flops);

    /// <summary>A backward pass computes two gradients for each convolution: twice the work.</summary>
    public double TrainingFlops => 3 * ForwardFlops;

    /// <summary>For the backward pass.</summary>
    public long KeptBytes => Layers.Sum(l => l.KeptBytes);

    /// <summary>Results that autograd does not need, alive until the step ends.</summary>
    public long HeldBytes => Layers.Sum(l => l.HeldBytes);

    /// <summary>The most that gradients and work space take above <see cref="KeptBytes"/> and <see cref="HeldBytes"/>, which then shrink.</summary>
    public long TemporaryBytes()
    {
        long released = 0, peak = 0;
        for (int i = Layers.Count - 1; i >= 0; i--)
        {
            peak = Math.Max(peak, Layers[i].TemporaryBytes - released);
            released += Layers[i].ReleasedBytes;
        }

        return peak;
    }

    /// <summary>An iteration of stage 0 or of an adaptation stage.</summary>
    /// <param name="plan">Network, batch size and crop.</param>
    /// <param name="classes">C.</param>
    /// <param name="adaptation">Whether it is the costliest of stages 1..K, with target images and the losses on them, in place of stage 0.</param>
    public static IterationCosts Of(TrainingPlan plan, int classes, bool adaptation)
    {
        int groups = adaptation ? Enumerable.Range(1, Math.Max(1, plan.Stages)).Max(plan.Passes) : plan.Passes(0), images = plan.BatchSize * groups;
        var walk = new LayerWalk(TrainsBatchNorm(plan));
        (FeatureMap logits, FeatureMap features) = Network(walk, plan, classes, images, plan.Crop, copies: groups > 1 ? 2 : 1, mixed: plan.Compute.Precision == Precision.BFloat16);
        Losses(walk, plan, logits, features, groups);
        return new IterationCosts(images, plan.Network.Backbone, walk.Layers());
    }

    /// <summary>A forward pass of a whole image, as pseudo-labelling and evaluation make it: autograd keeps nothing, but the pass holds its results.</summary>
    /// <param name="plan">The network.</param>
    /// <param name="classes">C.</param>
    /// <param name="size">Of the image.</param>
    /// <returns>Bytes.</returns>
    public static long InferenceBytes(TrainingPlan plan, int classes, PixelSize size)
    {
        var walk = new LayerWalk(trainsBatchNorm: false);
        Network(walk, plan, classes, 1, size, copies: 1, mixed: false);
        return walk.ResultBytes() + ((long)size.Width * size.Height * (1 + FloatBytes));
    }

    /// <summary>Whether batch statistics are used and updated.</summary>
    public static bool TrainsBatchNorm(TrainingPlan plan) => plan.Network.BatchNorm.Trains(plan.BatchSize);

    /// <summary>In mixed precision activations are bf16, and so are copies of the weights, until what the losses read is float32 again.</summary>
    private static (FeatureMap Logits, FeatureMap Features) Network(
        LayerWalk walk, TrainingPlan plan, int classes, int images, PixelSize size, int copies, bool mixed)
    {
        var image = new FeatureMap(images, 3, size.Height, size.Width, FloatBytes);
        for (int copy = 0; copy < copies; copy++) image = walk.Other("input", "copy", image.With(), 0, 0);
        if (plan.Network.Backbone == Backbone.MobileNetV2) image = walk.Other("input.channelsLast", "copy", image.With(), 0, 0);
        if (mixed) image = LayerWalk.Dropped(walk.Other("input.bf16", "cast", image.As(HalfBytes), 0, 0));
        (FeatureMap low, FeatureMap high) = new BackboneWalk(walk).Run(plan.Network.Backbone, image);
        (FeatureMap logits, FeatureMap features) = new HeadWalk(walk).Run(plan.Network, classes, low, high);
        if (!mixed) return (logits, features);
        walk.Other("weights.bf16", "cast", LayerWalk.Dropped(new FeatureMap(1, 1, 1, 1, HalfBytes)), walk.Layers().Sum(l => l.Parameters) * HalfBytes, 0);
        return (walk.Other("logits.float32", "cast", logits.As(FloatBytes), 0, 0), walk.Other("features.float32", "cast", features.As(FloatBytes), 0, 0));
    }

    /// <summary>
    /// Cross-entropy on logits of full size, by far the largest tensors: its log-probabilities are kept, and its backward pass makes gradients of both. With
    /// several groups of images each group's gradient is put into one of all images before they are added.
    /// </summary>
    private static void Losses(LayerWalk walk, TrainingPlan plan, FeatureMap logits, FeatureMap features, int groups)
    {
        FeatureMap full = walk.Resize("logits", logits, plan.Crop.Height, plan.Crop.Width);
        long all = full.Values * FloatBytes, group = all / groups, pixels = group / FloatBytes / full.Channels;
        for (int i = 0; i < groups; i++)
        {
            var loss = LayerWalk.Dropped(new FeatureMap(1, 1, 1, 1, FloatBytes));
            long labels = pixels * (IndexBytes + 2); // as bytes, as 64-bit indices, and the mask of labelled ones
            if (i == 1 && plan is { Method: TrainingMethod.CoarseToFine, Triplet.Enabled: true }) Triplet(walk, plan, logits, features);
            walk.Other($"loss.{i}", "crossEntropy", loss, group + labels, groups > 1 ? Math.Max(2 * all, all + (2 * group)) : 2 * group);
        }
    }

    /// <summary>Directions and some products of them at stride 4; cosines and what follows have as many channels as there are classes.</summary>
    private static void Triplet(LayerWalk walk, TrainingPlan plan, FeatureMap logits, FeatureMap features)
    {
        const int copiesOfFeatures = 1, copiesOfCosines = 14;
        int images = plan.BatchSize * (plan.Triplet.IncludePseudoLabels ? 2 : 1);
        long positions = (long)images * features.Height * features.Width * FloatBytes;
        long held = positions * ((copiesOfFeatures * features.Channels) + (copiesOfCosines * logits.Channels));
        walk.Other("loss.triplet", "triplet", LayerWalk.Dropped(new FeatureMap(1, 1, 1, 1, FloatBytes)), held, positions * 3 * features.Channels);
    }
}
