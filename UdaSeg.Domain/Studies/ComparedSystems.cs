using System.Text.Json;
using UdaSeg.Domain.Training;
using UdaSeg.Domain.Training.Methods;

namespace UdaSeg.Domain.Studies;

/// <summary>The systems that the paper compares itself with, trained here under the same data, network and schedule as its own method.</summary>
internal static class ComparedSystems
{
    public static StudyTemplate Template { get; } = new(
        "tables",
        "Tables 1 and 2: the compared systems",
        "The paper's method beside the six systems that it is compared with, all on the base's data, network and length of stages. Figures are mIoU in percent as the "
            + "paper prints them (its Tables 1 and 2; source only of Table 3, GAN-aligned of Table 4): GTA5 to Cityscapes over 19 classes, SYNTHIA to Cityscapes over "
            + "16 and over 13. They are of published systems with schedules and networks of their own. The base must have adaptation stages.",
        [
            Arm("Source only", TrainingMethod.SourceOnly, "Source images as they are, and nothing else. GTA5 37.6."),
            Arm("BDL", TrainingMethod.Bdl,
                "Bidirectional learning: an adversary on the outputs, then self-training by the median rule. GTA5 48.5; SYNTHIA 51.4 over 13."),
            Arm("IDA", TrainingMethod.Ida, "From source to target by adversary, then from easy to hard target images. GTA5 46.3; SYNTHIA 41.7 and 48.9."),
            Arm("DTST", TrainingMethod.Dtst, "Stuff drawn to the source's class means, things to its instances. GTA5 49.2; SYNTHIA 52.1 over 13."),
            Arm("FGGAN (FADA)", TrainingMethod.Fada, "An adversary that tells domains class by class, then self-distillation. GTA5 50.1; SYNTHIA 45.2 and 52.5."),
            Arm("FDA", TrainingMethod.Fda,
                "The target's low frequencies in three bands, a model each, then self-training on their mean. GTA5 50.4; SYNTHIA 52.5 over 13."),
            Arm("CAG", TrainingMethod.Cag, "Pseudo-labels by category anchors. GTA5 50.2; SYNTHIA 44.5, and 52.6 over 13 by a model of those 13 alone."),
            new("GAN-aligned (ours)", "The paper's method with a learnt translator in place of photometric alignment. GTA5 54.5.",
                StudyTemplates.Full("gan", pseudoLabels: false)),
            new("coarse align. (ours)", "Photometric alignment and jitter, without adaptation stages. GTA5 47.3; SYNTHIA 41.5 and 47.7.",
                StudyTemplates.Coarse("hybrid")),
            new("coarse-to-fine (ours)", "The whole method. GTA5 56.1; SYNTHIA 48.2 and 55.5.", StudyTemplates.Full("hybrid", pseudoLabels: false)),
        ]);

    /// <summary>What the method asks of a plan is said again in the arm: the base may have other stages and switches, for the paper's own.</summary>
    private static TemplateArm Arm(string name, TrainingMethod method, string meaning) =>
        new(name, meaning, JsonSerializer.SerializeToElement(OptionOverrides.Merge(JsonSerializer.SerializeToElement(new { method }), MethodDefaults.Of(method))));
}
