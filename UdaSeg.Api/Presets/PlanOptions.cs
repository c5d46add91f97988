using UdaSeg.Domain.Photometry;
using UdaSeg.Domain.Training;
using UdaSeg.Domain.Training.Methods;
using static UdaSeg.Api.Presets.PlanOption;

namespace UdaSeg.Api.Presets;

/// <summary>Every option of a training plan, in the plan's order. A test fails when the plan has one that is not here.</summary>
internal static class PlanOptions
{
    public static IReadOnlyList<PlanOption> All { get; } =
    [
        .. Schedule(), .. Geometry(), .. Network(), .. Photometry(), .. SelfTraining(), .. Optimisation(), .. MethodOptions.All, .. Translation(), .. Extras(), .. Running(),
    ];

    private static PlanOption[] Schedule() =>
    [
        Integer("seed", null, "Every random draw derives from it; the same plan and seed repeat a run."),
        OneOf<TrainingMethod>("method", "How the run adapts: the paper's method or one that it is compared with. It shapes the preset before the other options apply."),
        Integer("stages", "stages", "K: adaptation stages after the coarse one, 0 to 50; 0 trains the source model T0 only."),
        Integer("coarseIterations", "iterations", "Length of stage 0, which trains T0 on aligned source images; 0 takes the checkpoint of network.pretrained as T0."),
        Integer("stageIterations", "iterations", "U: length of each adaptation stage."),
        Integer("batchSize", "images", "Images of each domain in an iteration, 1 to 256."),
        OneOf<SourceSampling>("sourceSampling", "With several source sets: balanced draws a set first and then a sample of it, uniform draws from the union."),
    ];

    private static PlanOption[] Geometry() =>
    [
        new("baseSize.source", "size", "pixels", "Source images are brought to this size first; null keeps the file's."),
        new("baseSize.target", "size", "pixels", "Target images are brought to this size first; null keeps the file's."),
        Integer("scale.width", "pixels", "Nominal width of the random scale, 16 to 8192; null: the image's own after baseSize."),
        Number("scale.min", null, "Smallest factor of the random scale, 0.1 to 4."),
        Number("scale.max", null, "Largest factor of the random scale, 0.1 to 4."),
        new("crop", "size", "pixels", "What the network trains on, sides of 32 to 8192."),
        Number("flip", "probability", "Of a horizontal flip, 0 to 1."),
    ];

    private static PlanOption[] Network() =>
    [
        OneOf<Backbone>("network.backbone", "Feature extractor of DeepLab V3+; the paper's is resnet101."),
        Integer("network.asppChannels", "channels", "Of each branch of atrous spatial pyramid pooling, 8 to 2048."),
        Integer("network.decoderChannels", "channels", "Of the decoder, 8 to 2048: the size D of the features that category centres live in."),
        Switch("network.multiGrid", "The last stage of a ResNet has dilations 2, 4, 8 instead of 2, 2, 2."),
        new("network.pretrained", "string", null, "A file under the server's weight roots, a checkpoint's id, or null for random initialisation."),
        OneOf<InputNormalisation>("network.normalisation", "How RGB enters the network."),
        OneOf<BatchNormMode>("network.batchNorm", "Whether batch statistics are used and updated; auto: at batch sizes of 4 or more."),
    ];

    private static PlanOption[] Photometry() =>
    [
        OneOf<AlignmentScheme>("alignment.scheme", "How source images are aligned to target references (section 3.2, Table 4); hybrid is the paper's GPA; gan trains a translator first (see translation)."),
        Number("alignment.beta", null, "β of equation 2, 0 to 100: weight of (γ − 1)²; 0 demands equal mean lightness."),
        Number("alignment.fourierBeta", "share of the shorter side", "For fourier: half-width of the swapped amplitude window, 0 to 0.5."),
        Switch("jitter.enabled", "τ: colour jitter of training images."),
        Number("jitter.brightness", "factor", "x: the factor is drawn from [max(0, 1 − x), 1 + x]; 0 to 10."),
        Number("jitter.contrast", "factor", "x: the factor is drawn from [max(0, 1 − x), 1 + x]; 0 to 10."),
        Number("jitter.saturation", "factor", "x: the factor is drawn from [max(0, 1 − x), 1 + x]; 0 to 10."),
        Number("jitter.hue", "turns", "x: the shift is drawn from [−x, x]; 0 to 0.5."),
    ];

    private static PlanOption[] SelfTraining() =>
    [
        Number("pseudoLabels.maxThreshold", "probability", "P_h: confidence at which a pseudo-label is always kept; above 0, at most 1."),
        Number("pseudoLabels.percent", "percent", "p: the most confident share of each class that is kept in any case; above 0, at most 100."),
        Switch("centers.correctOnly", "Category centres (equation 3) from pixels that the teacher classifies correctly only."),
        Integer("centers.maxImages", "images", "Source images for the centres; null: all."),
        Switch("triplet.enabled", "The category-oriented triplet loss (CTL, equation 4); false is the ablation without it."),
        Number("triplet.margin", "distance", "α of equation 4, 0 to 2."),
        OneOf<TripletNegatives>("triplet.negatives", "Which wrong centres push: the nearest, or all of them."),
        Switch("triplet.includePseudoLabels", "The triplet loss over the target's kept pseudo-labels too (Table 4)."),
        Switch("consistency.enabled", "Target consistency regularisation (TCR, equation 5)."),
    ];

    private static PlanOption[] Optimisation() =>
    [
        Number("optimizer.coarseLearningRate", null, "Base rate of stage 0; above 0, at most 10."),
        Number("optimizer.stageLearningRate", null, "Base rate of the adaptation stages; above 0, at most 10."),
        Number("optimizer.momentum", null, "Of SGD, 0 to below 1."),
        Number("optimizer.weightDecay", null, "L2 penalty, 0 to 1."),
        Number("optimizer.power", null, "Of the polynomial decay, which restarts in every stage; 0 to 10."),
        Number("optimizer.headFactor", "factor", "The rate of everything but the backbone is multiplied by it; above 0, at most 1000."),
    ];

    private static PlanOption[] Translation() =>
    [
        Integer("translation.iterations", "iterations", "For alignment.scheme gan: length of each translator's training, one source and one target crop each; at least 1."),
        Number("translation.learningRate", null, "Of Adam for the translator's networks; above 0, at most 1."),
        Integer("translation.width", "channels", "Of the first convolution of its generators and discriminators, 1 to 512."),
        Integer("translation.blocks", null, "Residual blocks of each generator, 0 to 50."),
        Switch("translation.residual", "Generators paint what changes onto their input; false paints anew, as CycleGAN does, which needs many more iterations."),
        new("translation.crop", "size", "pixels", "What it trains on, rounded down to multiples of 4, sides of 32 to 8192; null: crop."),
        Number("translation.cycleWeight", null, "Of the distance of an image to what comes back from the other domain, 0 to 1000."),
        Number("translation.identityWeight", "of cycleWeight", "Of the distance of an image to its translation into its own domain, 0 to 1000."),
        Number("translation.semanticTranslatedWeight", null, "Of the change in what the last stage's network says of a translated image, 0 to 1000; method bdl, from stage 1 on."),
        Number("translation.semanticCycleWeight", null, "The same of an image that came back, 0 to 1000."),
    ];

    private static PlanOption[] Extras() =>
    [
        Switch("teacher.ema", "In stages with pseudo-labels a moving average of the network labels each target crop anew, in place of the stored labels."),
        Number("teacher.decay", null, "Of that average each iteration, 0 to below 1."),
        Switch("classMix.enabled", "In stages with pseudo-labels some classes of a source crop are laid over a target crop, pixels and labels."),
        Number("classMix.share", null, "Of the source crop's classes that are taken, above 0, at most 1."),
        Switch("rareClasses.enabled", "Source images that show rare classes are drawn more often."),
        Number("rareClasses.temperature", null, "The smaller, the more often rare classes are drawn; 0.001 to 1000."),
        Integer("rareClasses.minPixels", "pixels", "An image shows a class that has so many pixels in it, at least 1."),
    ];

    private static PlanOption[] Running() =>
    [
        Integer("checkpointEvery", "iterations", "Between resumable checkpoints within a stage; a stage's end always writes one."),
        Integer("keepCheckpoints", "checkpoints", "So many of the newest resumable checkpoints are kept while the run lasts, 1 to 100; each stage's model always is."),
        Integer("evaluateEvery", "iterations", "Between evaluations within a stage; 0: at stage ends only. Needs an evaluation set."),
        OneOf<ModelSelection>("selection", "Which model a stage hands on: that of its last iteration, or (oracle) the one that evaluates best, which uses target labels and is marked as such."),
        Integer("quality.maxImages", "images", "Target images for the label-free signals at each stage's end, 0 (none) to 10,000."),
        OneOf<Precision>("compute.precision", "Of the network's convolutions in training; bf16 is mixed precision (losses, parameters and stored models stay float32): faster on processors with AMX or a full-rate AVX-512 BF16 and on CUDA, slower elsewhere; the run's log tells."),
        OneOf<ChannelsLastMode>("compute.channelsLast", "Activations and weights with channels innermost in memory; auto takes what was measured to be faster for the backbone."),
        Switch("compute.tf32", "On CUDA: float32 products with ten bits of mantissa, faster; without effect on a processor."),
        new("device", "enum", null, "Where tensors live; auto is the server's setting.", ["auto", "cpu", "cuda"]),
    ];
}
