using static UdaSeg.Api.Presets.PlanOption;

namespace UdaSeg.Api.Presets;

/// <summary>Options of the methods beside the paper's, in the plan's order. Each is without effect under the others.</summary>
internal static class MethodOptions
{
    public static IReadOnlyList<PlanOption> All { get; } = [.. Adversaries(), .. Fda(), .. Cag(), .. Adversarial(), .. Dtst()];

    private static PlanOption[] Adversaries() =>
    [
        Number("adversarial.weight", null, "Under cag (stage 0), ida, fada, dtst and bdl: of the term that fools the discriminator, 0 to 10."),
        Number("adversarial.learningRate", null, "Of the discriminator's Adam, which decays with the network's rate; above 0, at most 1."),
    ];

    private static PlanOption[] Fda() =>
    [
        Number("fda.smallBand", "share of the shorter side", "β of the first model: half-width of the swapped amplitude window, 0 to 0.5."),
        Number("fda.middleBand", "share of the shorter side", "β of the second model, 0 to 0.5."),
        Number("fda.wideBand", "share of the shorter side", "β of the third model and of self-training, 0 to 0.5."),
        Number("fda.entropyWeight", null, "Of the penalty on undecided target pixels, 0 to 10."),
        Number("fda.eta", null, "η, the penalty's exponent; above 0, at most 10."),
        Number("fda.percent", "percent", "Of each class's pixels that self-training keeps as pseudo-labels; above 0, at most 100."),
    ];

    private static PlanOption[] Cag() =>
    [
        Number("cag.anchorMargin", "distance", "By how much the nearest anchor must be nearer than the second for a pseudo-label, 0 to 1000."),
        Number("cag.minProbability", "probability", "Above which the teacher's own class is a pseudo-label, 0 to below 1."),
        Number("cag.distanceWeight", null, "Of the distance of class means to their anchors, 0 to 100."),
        Integer("cag.leastPixels", "pixels at stride 4", "That a class needs in an image to count, at least 1."),
    ];

    private static PlanOption[] Adversarial() =>
    [
        Number("fada.temperature", null, "By which logits are divided before they are soft labels; above 0, at most 100."),
        Number("fada.cap", "probability", "That soft labels are clipped at; above 0, at most 1."),
        Number("ida.easyShare", "share", "λ: of the target images, those with the least entropy, that stage 1 learns from; above 0, below 1."),
    ];

    private static PlanOption[] Dtst() =>
    [
        Number("dtst.stuffWeight", null, "Of the distance of stuff means to the nearest of the source's, 0 to 100."),
        Number("dtst.thingWeight", null, "Of the distance of instances to the nearest of the source's, 0 to 100."),
        Number("dtst.selfTrainingWeight", null, "Of both in stages 1 and later, 0 to 100."),
        Integer("dtst.stuffBank", "features", "Source features kept of a stuff class, at least 1."),
        Integer("dtst.thingBank", "features", "Source features kept of a thing class, at least 1."),
        Integer("dtst.instances", "regions", "Largest regions of a thing class in an image that count as instances, at least 1."),
    ];
}
