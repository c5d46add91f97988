using UdaSeg.Api.Requests;
using UdaSeg.Domain.Training.Methods;

namespace UdaSeg.Api.Presets;

/// <summary>Every method in a sentence.</summary>
internal static class MethodMeanings
{
    public static IReadOnlyList<TrainingMethodAnswer> All { get; } =
    [
        Of(TrainingMethod.CoarseToFine, "Coarse to fine (the paper's)",
            "Photometric alignment, then stages of pseudo-labels, category centres and target consistency."),
        Of(TrainingMethod.SourceOnly, "Source only", "Learns from source images as they are and never sees the target: what the others are measured against."),
        Of(TrainingMethod.Bdl, "BDL", "Bidirectional learning: an adversary on the outputs, then self-training on the more confident half of each class."),
        Of(TrainingMethod.Ida, "IDA", "An adversary from source to target, then from the target images that the model is sure of to those that it is not."),
        Of(TrainingMethod.Dtst, "DTST", "Draws stuff to the source's class means and things to its instances, then trains on pseudo-labels too."),
        Of(TrainingMethod.Fada, "FADA (the paper's table: FGGAN)", "An adversary that tells the domains class by class, then a fresh student of its labels."),
        Of(TrainingMethod.Fda, "FDA", "Gives source images the target's low frequencies in three bands, a model each, then trains on what their mean says."),
        Of(TrainingMethod.Cag, "CAG", "An adversarial warm-up, then stages whose pseudo-labels come from the nearest category anchor and from confidence."),
    ];

    private static TrainingMethodAnswer Of(TrainingMethod method, string title, string meaning) =>
        new(EnumNames.Name(method), title, meaning, MethodDefaults.Of(method));
}
