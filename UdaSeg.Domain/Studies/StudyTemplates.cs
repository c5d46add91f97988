using System.Text.Json;
using UdaSeg.Domain.Training.Methods;

namespace UdaSeg.Domain.Studies;

/// <param name="Name">As the paper's table has it.</param>
/// <param name="Meaning">What it trains, and the paper's figure.</param>
/// <param name="Options">Over those of the study's base.</param>
public sealed record TemplateArm(string Name, string Meaning, JsonElement Options);

/// <summary>Arms that are ready to be trained.</summary>
/// <param name="Id">What a study's <c>template</c> names.</param>
/// <param name="Title">Of the table.</param>
/// <param name="Meaning">What it shows.</param>
/// <param name="Arms">In the table's order.</param>
public sealed record StudyTemplate(string Id, string Title, string Meaning, IReadOnlyList<TemplateArm> Arms);

/// <summary>The paper's tables. Each arm sets every switch that its table is about, so that it is the same on any base.</summary>
public static class StudyTemplates
{
    private const TrainingMethod Ours = TrainingMethod.CoarseToFine;

    public static StudyTemplate Table3 { get; } = new(
        "table3",
        "Table 3: ablation of the components",
        "What photometric alignment (GPA), the category-oriented triplet loss (CTL) and target consistency (TCR) each add. "
            + "Figures are the paper's mIoU in percent, GTA5 to Cityscapes. The base must have adaptation stages.",
        [
            new("Source only", "The coarse stage alone on source images as they are: no alignment, no jitter, no adaptation stage (37.6).",
                Json("""{"method":"coarseToFine","stages":0,"alignment":{"scheme":"none"},"jitter":{"enabled":false}}""")),
            new("w/o GPA", "All but alignment (47.5).", Switches("none", triplet: true, consistency: true)),
            new("w/o CTL and TCR", "Self-training on pseudo-labels alone. The paper's figure (47.3) is that of its coarse stage; "
                + "for that, read the runs' evaluations of stage 0.", Switches("hybrid", triplet: false, consistency: false)),
            new("w/o CTL", "All but the triplet loss (53.2).", Switches("hybrid", triplet: false, consistency: true)),
            new("w/o TCR", "All but consistency; pseudo-labels stay in the segmentation loss (53.1).", Switches("hybrid", triplet: true, consistency: false)),
            new("all", "The whole method (56.1).", Switches("hybrid", triplet: true, consistency: true)),
        ]);

    public static StudyTemplate Table4 { get; } = new(
        "table4",
        "Table 4: alternatives to the modules",
        "Another aligner in the whole pipeline, other schemes of photometric alignment in the coarse stage, and pseudo-labels in the triplet loss. "
            + "Figures are the paper's mIoU in percent, GTA5 to Cityscapes. The base must have adaptation stages.",
        [
            new("Frequency Align", "The whole pipeline with Fourier alignment (52.0).", Full("fourier", pseudoLabels: false)),
            new("GAN Align", "The whole pipeline on source images as a translator of the run paints them (54.5).", Full("gan", pseudoLabels: false)),
            new("Photometric Align.", "The whole method (56.1); in the paper's table also 'Triplet loss w/o pseudo-labels'.", Full("hybrid", pseudoLabels: false)),
            new("Lab Gamma Correction", "The coarse stage alone, gamma on L*, a* and b* (44.5).", Coarse("labGamma")),
            new("Lab Histogram Match", "The coarse stage alone, histogram matching on L*, a* and b* (43.3).", Coarse("labHistogram")),
            new("Hybrid", "The coarse stage alone, gamma on L*, histogram matching on a* and b* (47.3).", Coarse("hybrid")),
            new("Triplet loss with pseudo-labels", "The whole method, the triplet loss also over the target's kept pseudo-labels (53.3).",
                Full("hybrid", pseudoLabels: true)),
        ]);

    public static IReadOnlyList<StudyTemplate> All { get; } = [ComparedSystems.Template, Table3, Table4];

    /// <summary>The coarse stage alone.</summary>
    internal static JsonElement Coarse(string scheme) =>
        JsonSerializer.SerializeToElement(new { method = Ours, stages = 0, alignment = new { scheme }, jitter = new { enabled = true } });

    /// <summary>All of the paper's method, in the base's number of stages.</summary>
    internal static JsonElement Full(string scheme, bool pseudoLabels) => JsonSerializer.SerializeToElement(new
    {
        method = Ours,
        alignment = new { scheme },
        jitter = new { enabled = true },
        triplet = new { enabled = true, includePseudoLabels = pseudoLabels },
        consistency = new { enabled = true },
    });

    private static JsonElement Switches(string scheme, bool triplet, bool consistency) => JsonSerializer.SerializeToElement(new
    {
        method = Ours,
        alignment = new { scheme },
        jitter = new { enabled = true },
        triplet = new { enabled = triplet },
        consistency = new { enabled = consistency },
    });

    private static JsonElement Json(string text) => JsonElement.Parse(text);
}
