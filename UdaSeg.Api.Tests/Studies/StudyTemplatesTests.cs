using System.Text.Json;
using UdaSeg.Domain.Photometry;
using UdaSeg.Domain.Studies;
using UdaSeg.Domain.Training;
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

    /// <summary>Each arm says all that its table is about, so a base that has switched something off changes no comparison.</summary>
    [Fact]
    public void A_base_cannot_switch_off_what_an_arm_is_about()
    {
        const string off = """{"alignment":{"scheme":"none"},"jitter":{"enabled":false},"triplet":{"enabled":false},"consistency":{"enabled":false}}""";
        foreach (StudyTemplate table in StudyTemplates.All)
        {
            Assert.Equal(Plans(table, "tiny", null).Select(WhatCounts), Plans(table, "tiny", JsonElement.Parse(off)).Select(WhatCounts));
        }
    }

    /// <summary>The coarse stage knows neither loss.</summary>
    private static TrainingPlan WhatCounts(TrainingPlan plan) =>
        plan.Stages > 0 ? plan : plan with { Triplet = new TripletSettings(), Consistency = new ConsistencySettings() };

    private static IReadOnlyList<TrainingPlan> Plans(StudyTemplate table, string preset, JsonElement? common) =>
        ArmPlans.Read(preset, common, [.. table.Arms.Select(a => (a.Name, (JsonElement?)a.Options))]);
}
