using System.Globalization;
using System.Text.Json;
using UdaSeg.Domain.Photometry;
using UdaSeg.Domain.Studies;
using UdaSeg.Domain.Training;
using UdaSeg.Domain.Training.Methods;
using Xunit;

namespace UdaSeg.Api.Tests.Studies;

public sealed class StudyTemplatesTests
{
    public static TheoryData<string, string> OnEveryPreset =>
        [.. StudyTemplates.All.SelectMany(t => TrainingPresets.All.Keys.Select(p => (t.Id, p)))];

    [Theory]
    [MemberData(nameof(OnEveryPreset))]
    public void Every_arm_is_a_plan_of_its_own_on_every_preset(string template, string preset)
    {
        StudyTemplate table = StudyTemplates.All.Single(t => t.Id == template);
        StudyRules.Check(table.Title, [.. table.Arms.Select(a => a.Name)], [1]);
        IReadOnlyList<TrainingPlan> plans = Plans(table, preset, null);
        Assert.Equal(plans.Count, plans.Distinct().Count());
    }

    [Fact]
    public void Table_3_switches_the_three_components()
    {
        IReadOnlyList<TrainingPlan> plans = Plans(StudyTemplates.Table3, "paper", null);
        TrainingPlan all = TrainingPresets.Paper;
        Assert.Equal(["Source only", "w/o GPA", "w/o CTL and TCR", "w/o CTL", "w/o TCR", "all"], StudyTemplates.Table3.Arms.Select(a => a.Name));
        TrainingPlan noGpa = all with { Alignment = all.Alignment with { Scheme = AlignmentScheme.None } };
        TrainingPlan noTriplet = all with { Triplet = all.Triplet with { Enabled = false } };
        ConsistencySettings off = new(false);
        Assert.Equal([all.SourceOnly(), noGpa, noTriplet with { Consistency = off }, noTriplet, all with { Consistency = off }, all], plans);
    }

    [Fact]
    public void Table_4_swaps_modules_in_the_stages_that_the_paper_measured()
    {
        IReadOnlyList<TrainingPlan> plans = Plans(StudyTemplates.Table4, "paper", null);
        Assert.Equal(
            [
                (6, AlignmentScheme.Fourier, false), (6, AlignmentScheme.Gan, false), (6, AlignmentScheme.Hybrid, false), (0, AlignmentScheme.LabGamma, false),
                (0, AlignmentScheme.LabHistogram, false), (0, AlignmentScheme.Hybrid, false), (6, AlignmentScheme.Hybrid, true),
            ],
            plans.Select(p => (p.Stages, p.Alignment.Scheme, p.Triplet.IncludePseudoLabels)));
        Assert.Equal(TrainingPresets.Paper, plans[2]);
    }

    [Fact]
    public void Tables_1_and_2_compare_methods_by_stages_and_switches_of_their_own()
    {
        const TrainingMethod ours = TrainingMethod.CoarseToFine;
        (string, TrainingMethod, int, AlignmentScheme, bool, double)[] expected =
        [
            ("Source only", TrainingMethod.SourceOnly, 0, AlignmentScheme.None, false, 10),
            ("BDL", TrainingMethod.Bdl, 2, AlignmentScheme.Gan, false, 50),
            ("IDA", TrainingMethod.Ida, 1, AlignmentScheme.None, false, 10),
            ("DTST", TrainingMethod.Dtst, 1, AlignmentScheme.Gan, false, 50),
            ("FGGAN (FADA)", TrainingMethod.Fada, 2, AlignmentScheme.None, false, 10),
            ("FDA", TrainingMethod.Fda, 3, AlignmentScheme.None, false, 10),
            ("CAG", TrainingMethod.Cag, 3, AlignmentScheme.None, false, 10),
            ("GAN-aligned (ours)", ours, 6, AlignmentScheme.Gan, true, 10),
            ("coarse align. (ours)", ours, 0, AlignmentScheme.Hybrid, true, 10),
            ("coarse-to-fine (ours)", ours, 6, AlignmentScheme.Hybrid, true, 10),
        ];
        StudyTemplate tables = StudyTemplates.All[0];
        Assert.Equal(expected, tables.Arms.Zip(Plans(tables, "paper", null), (arm, p) =>
            (arm.Name, p.Method, p.Stages, p.Alignment.Scheme, p.Jitter.Enabled, p.PseudoLabels.Percent)));
        Assert.Equal(TrainingPresets.Paper, Plans(tables, "paper", null)[^1]);
    }

    [Fact]
    public void The_meanings_quote_the_paper_s_figures()
    {
        double[] gta5 = [37.6, 48.5, 46.3, 49.2, 50.1, 50.4, 50.2, 54.5, 47.3, 56.1];
        string[] synthia =
        [
            "", "51.4 over 13", "41.7 and 48.9", "52.1 over 13", "45.2 and 52.5", "52.5 over 13", "44.5, and 52.6 over 13", "", "41.5 and 47.7", "48.2 and 55.5",
        ];
        foreach ((int i, TemplateArm arm) in StudyTemplates.All[0].Arms.Index())
        {
            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"GTA5 {gta5[i]:0.0}"), arm.Meaning, StringComparison.Ordinal);
            Assert.Contains(synthia[i], arm.Meaning, StringComparison.Ordinal);
            Assert.Equal(synthia[i].Length > 0, arm.Meaning.Contains("SYNTHIA", StringComparison.Ordinal));
        }
    }

    /// <summary>Each arm says all that its table is about, so a base that has switched something off, or has another method, changes no comparison.</summary>
    [Theory]
    [InlineData("""{"alignment":{"scheme":"none"},"jitter":{"enabled":false},"triplet":{"enabled":false},"consistency":{"enabled":false}}""")]
    [InlineData("""{"method":"fda","alignment":{"scheme":"labGamma"},"jitter":{"enabled":true},"pseudoLabels":{"percent":10}}""")]
    [InlineData("""{"method":"sourceOnly","alignment":{"scheme":"fourier"}}""")]
    public void A_base_cannot_switch_off_what_an_arm_is_about(string off)
    {
        foreach (StudyTemplate table in StudyTemplates.All)
        {
            Assert.Equal(Plans(table, "tiny", null).Select(WhatCounts), Plans(table, "tiny", JsonElement.Parse(off)).Select(WhatCounts));
        }
    }

    /// <summary>Only the paper's own method hangs on the base's number of stages; the others bring theirs, whatever the base has.</summary>
    [Fact]
    public void A_base_s_stages_are_those_of_the_paper_s_method_alone()
    {
        int[] stages = [.. Plans(StudyTemplates.All[0], "paper", JsonElement.Parse("""{"stages":4}""")).Select(p => p.Stages)];
        Assert.Equal([0, 2, 1, 1, 2, 3, 3, 4, 0, 4], stages);
    }

    /// <summary>The coarse stage knows neither loss, and other methods neither.</summary>
    private static TrainingPlan WhatCounts(TrainingPlan plan) => plan.Stages > 0 && plan.Method == TrainingMethod.CoarseToFine
        ? plan
        : plan with { Triplet = new TripletSettings(), Consistency = new ConsistencySettings() };

    private static IReadOnlyList<TrainingPlan> Plans(StudyTemplate table, string preset, JsonElement? common) =>
        ArmPlans.Read(preset, common, [.. table.Arms.Select(a => (a.Name, (JsonElement?)a.Options))]);
}
