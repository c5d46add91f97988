using System.Text.Json.Serialization;

namespace UdaSeg.Domain.Training;

[JsonConverter(typeof(JsonStringEnumConverter<Backbone>))]
public enum Backbone
{
    [JsonStringEnumMemberName("resnet18")] ResNet18,
    [JsonStringEnumMemberName("resnet34")] ResNet34,
    [JsonStringEnumMemberName("resnet50")] ResNet50,
    [JsonStringEnumMemberName("resnet101")] ResNet101,
    [JsonStringEnumMemberName("mobilenet_v2")] MobileNetV2,
}

[JsonConverter(typeof(JsonStringEnumConverter<InputNormalisation>))]
public enum InputNormalisation
{
    /// <summary>(x / 255 − mean) / std with ImageNet's mean and standard deviation.</summary>
    [JsonStringEnumMemberName("imageNet")] ImageNet,

    /// <summary>x / 255 only.</summary>
    [JsonStringEnumMemberName("none")] None,
}

[JsonConverter(typeof(JsonStringEnumConverter<BatchNormMode>))]
public enum BatchNormMode
{
    /// <summary>Trains at batch sizes ≥ 4, else frozen.</summary>
    [JsonStringEnumMemberName("auto")] Auto,
    [JsonStringEnumMemberName("train")] Train,
    [JsonStringEnumMemberName("frozen")] Frozen,
}

[JsonConverter(typeof(JsonStringEnumConverter<TripletNegatives>))]
public enum TripletNegatives
{
    /// <summary>The nearest wrong centre.</summary>
    [JsonStringEnumMemberName("hardest")] Hardest,

    /// <summary>The mean of the hinge over all C − 1 wrong centres.</summary>
    [JsonStringEnumMemberName("all")] All,
}

/// <summary>How source samples are drawn when a run learns from several data sets.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SourceSampling>))]
public enum SourceSampling
{
    /// <summary>A set is drawn first, each as likely as another, then a sample of it: a small set is not drowned by a large one.</summary>
    [JsonStringEnumMemberName("balanced")] Balanced,

    /// <summary>Each sample of the union is as likely as another.</summary>
    [JsonStringEnumMemberName("uniform")] Uniform,
}

/// <summary>Which iteration's model a stage hands on.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ModelSelection>))]
public enum ModelSelection
{
    /// <summary>The last one's: needs no target label.</summary>
    [JsonStringEnumMemberName("last")] Last,

    /// <summary>The one that evaluates best. It looks at target labels, so its figures are no measure of unsupervised adaptation; checkpoints and reports say so.</summary>
    [JsonStringEnumMemberName("oracle")] Oracle,
}

/// <summary>In pixels. Read from JSON as <c>{"width":…,"height":…}</c> or <c>[width, height]</c>.</summary>
[JsonConverter(typeof(PixelSizeConverter))]
public sealed record PixelSize(int Width, int Height);

/// <summary>The size that images of each domain are brought to before anything else; null keeps the file's size.</summary>
[JsonConverter(typeof(BaseSizesConverter))]
public sealed record BaseSizes(PixelSize? Source = null, PixelSize? Target = null);

/// <summary>Random scale: the width is drawn uniformly from <c>[Min, Max] × Width</c>, aspect kept (method, section 3).</summary>
/// <param name="Width">Nominal width in pixels; null: the image's own after <see cref="TrainingPlan.BaseSize"/>.</param>
/// <param name="Min">Smallest factor, 0.1..4.</param>
/// <param name="Max">Largest factor, 0.1..4.</param>
public sealed record ScaleSettings(int? Width = null, double Min = 0.5, double Max = 1.5);

/// <summary>τ: colour jitter with torchvision's semantics. A factor is drawn from U[max(0, 1 − x), 1 + x], the hue shift from U[−x, x] turns.</summary>
public sealed record JitterSettings(bool Enabled = true, double Brightness = 0.5, double Contrast = 0.5, double Saturation = 0.5, double Hue = 0.2);

/// <param name="Backbone">torchvision's architectures.</param>
/// <param name="AsppChannels">Channels of each ASPP branch and of its projection.</param>
/// <param name="DecoderChannels">Channels of the decoder: D, the size of the features that centres live in.</param>
/// <param name="MultiGrid">Layer4 of a ResNet with dilations 2, 4, 8 instead of 2, 2, 2.</param>
/// <param name="Pretrained">A file under the weight roots, a checkpoint's id, or null (random initialisation).</param>
/// <param name="Normalisation">How RGB enters the network.</param>
/// <param name="BatchNorm">When batch statistics are used and updated.</param>
public sealed record NetworkSettings(
    Backbone Backbone = Backbone.ResNet101,
    int AsppChannels = 256,
    int DecoderChannels = 256,
    bool MultiGrid = true,
    string? Pretrained = null,
    InputNormalisation Normalisation = InputNormalisation.ImageNet,
    BatchNormMode BatchNorm = BatchNormMode.Auto);

/// <summary>The category-oriented triplet loss (CTL, eq. 4).</summary>
/// <param name="Enabled">False: the ablation "w/o CTL".</param>
/// <param name="Margin">α, 0..2.</param>
/// <param name="Negatives">Which wrong centres push.</param>
/// <param name="IncludePseudoLabels">Also over the target's kept pseudo-labels (Table 4).</param>
public sealed record TripletSettings(bool Enabled = true, double Margin = 0.2, TripletNegatives Negatives = TripletNegatives.Hardest, bool IncludePseudoLabels = false);

/// <summary>How category centres are estimated (eq. 3).</summary>
/// <param name="CorrectOnly">Only pixels that the teacher classifies correctly.</param>
/// <param name="MaxImages">At most so many source images; null: all.</param>
public sealed record CenterSettings(bool CorrectOnly = false, int? MaxImages = null);

/// <summary>How closely a stage's model is looked at on the target, without labels, at the stage's end.</summary>
/// <param name="MaxImages">At most so many target images, evenly spaced; 0: none, and no signals.</param>
public sealed record QualitySettings(int MaxImages = 16);

/// <summary>Target consistency regularisation (TCR, eq. 5).</summary>
public sealed record ConsistencySettings(bool Enabled = true);

/// <summary>SGD with a polynomial rate that restarts in every stage.</summary>
/// <param name="CoarseLearningRate">Base rate of stage 0.</param>
/// <param name="StageLearningRate">Base rate of stages 1..K.</param>
/// <param name="Momentum">0..1 (exclusive).</param>
/// <param name="WeightDecay">L2 penalty.</param>
/// <param name="Power">Of the polynomial decay.</param>
/// <param name="HeadFactor">The rate of everything but the backbone is multiplied by this.</param>
public sealed record OptimizerSettings(
    double CoarseLearningRate = 5e-4,
    double StageLearningRate = 2.5e-4,
    double Momentum = 0.9,
    double WeightDecay = 1e-4,
    double Power = 0.9,
    double HeadFactor = 1);
