using UdaSeg.Domain.Errors;

namespace UdaSeg.Domain.Training.Methods;

/// <summary>The ranges of what methods add to a plan. All are checked whatever the method is: a plan may be branched from.</summary>
internal static class MethodRules
{
    public static void Check(TrainingPlan plan, FaultList faults)
    {
        CheckShape(plan, faults);
        CheckAlignmentMethods(plan, faults);
        CheckFeatureMethods(plan, faults);
        CheckTranslation(plan.Translation, faults);
        CheckExtras(plan, faults);
    }

    private static void CheckShape(TrainingPlan plan, FaultList faults)
    {
        int least = MethodShape.LeastStages(plan.Method), most = MethodShape.MostStages(plan.Method) ?? int.MaxValue;
        string range = least == most ? $"exactly {least}" : most == int.MaxValue ? $"at least {least}" : $"{least} to {most}";
        faults.Require(plan.Stages >= least && plan.Stages <= most, "stages", $"This method has {range} stages after the first.");
        bool fresh = Enumerable.Range(1, Math.Clamp(plan.Stages, 0, 50)).Any(stage => MethodShape.BeginsAnew(plan.Method, stage));
        faults.Require(plan.CoarseIterations > 0 || !fresh, "coarseIterations", "This method trains several models from the start: 0 would leave them untrained.");
    }

    private static void CheckAlignmentMethods(TrainingPlan plan, FaultList faults)
    {
        faults.Require(plan.Adversarial.Weight is >= 0 and <= 10, "adversarial.weight", "0 to 10.");
        faults.Require(plan.Adversarial.LearningRate is > 0 and <= 1, "adversarial.learningRate", "Above 0, at most 1.");
        FdaSettings fda = plan.Fda;
        foreach ((string name, double band) in new[] { ("smallBand", fda.SmallBand), ("middleBand", fda.MiddleBand), ("wideBand", fda.WideBand) })
        {
            faults.Require(band is >= 0 and <= 0.5, $"fda.{name}", "0 to 0.5 of the shorter side.");
        }

        faults.Require(fda.EntropyWeight is >= 0 and <= 10, "fda.entropyWeight", "0 to 10.");
        faults.Require(fda.Eta is > 0 and <= 10, "fda.eta", "Above 0, at most 10.");
        faults.Require(fda.Percent is > 0 and <= 100, "fda.percent", "Above 0, at most 100.");
        faults.Require(plan.Ida.EasyShare is > 0 and < 1, "ida.easyShare", "Between 0 and 1.");
    }

    private static void CheckFeatureMethods(TrainingPlan plan, FaultList faults)
    {
        CagSettings cag = plan.Cag;
        faults.Require(cag.AnchorMargin is >= 0 and <= 1000, "cag.anchorMargin", "0 to 1000.");
        faults.Require(cag.MinProbability is >= 0 and < 1, "cag.minProbability", "0 to below 1.");
        faults.Require(cag.DistanceWeight is >= 0 and <= 100, "cag.distanceWeight", "0 to 100.");
        faults.Require(cag.LeastPixels is >= 1 and <= 1_000_000, "cag.leastPixels", "1 to 1,000,000 pixels.");
        faults.Require(plan.Fada.Temperature is > 0 and <= 100, "fada.temperature", "Above 0, at most 100.");
        faults.Require(plan.Fada.Cap is > 0 and <= 1, "fada.cap", "Above 0, at most 1.");
        DtstSettings dtst = plan.Dtst;
        foreach ((string name, double weight) in new[] { ("stuffWeight", dtst.StuffWeight), ("thingWeight", dtst.ThingWeight), ("selfTrainingWeight", dtst.SelfTrainingWeight) })
        {
            faults.Require(weight is >= 0 and <= 100, $"dtst.{name}", "0 to 100.");
        }

        faults.Require(dtst.StuffBank is >= 1 and <= 10_000, "dtst.stuffBank", "1 to 10,000 features.");
        faults.Require(dtst.ThingBank is >= 1 and <= 10_000, "dtst.thingBank", "1 to 10,000 features.");
        faults.Require(dtst.Instances is >= 1 and <= 1000, "dtst.instances", "1 to 1000 regions.");
    }

    private static void CheckTranslation(TranslationSettings translation, FaultList faults)
    {
        faults.Require(translation.Iterations is >= 1 and <= 10_000_000, "translation.iterations", "1 to 10,000,000 iterations.");
        faults.Require(translation.LearningRate is > 0 and <= 1, "translation.learningRate", "Above 0, at most 1.");
        faults.Require(translation.Width is >= 1 and <= 512, "translation.width", "1 to 512 channels.");
        faults.Require(translation.Blocks is >= 0 and <= 50, "translation.blocks", "0 to 50 residual blocks.");
        const int most = PlanRules.MaxSide;
        faults.Require(translation.Crop is null or { Width: >= 32 and <= most, Height: >= 32 and <= most }, "translation.crop", $"Sides of 32 to {most} pixels.");
        faults.Require(translation.CycleWeight is >= 0 and <= 1000, "translation.cycleWeight", "0 to 1000.");
        faults.Require(translation.IdentityWeight is >= 0 and <= 1000, "translation.identityWeight", "0 to 1000.");
        faults.Require(translation.SemanticTranslatedWeight is >= 0 and <= 1000, "translation.semanticTranslatedWeight", "0 to 1000.");
        faults.Require(translation.SemanticCycleWeight is >= 0 and <= 1000, "translation.semanticCycleWeight", "0 to 1000.");
    }

    private static void CheckExtras(TrainingPlan plan, FaultList faults)
    {
        faults.Require(plan.Teacher.Decay is >= 0 and < 1, "teacher.decay", "0 to below 1.");
        faults.Require(plan.ClassMix.Share is > 0 and <= 1, "classMix.share", "Above 0, at most 1.");
        faults.Require(plan.RareClasses.Temperature is >= 1e-3 and <= 1000, "rareClasses.temperature", "0.001 to 1000.");
        faults.Require(plan.RareClasses.MinPixels >= 1, "rareClasses.minPixels", "At least 1 pixel.");
    }
}
