using System.Text.Json;
using UdaSeg.Api.Presets;
using UdaSeg.Domain.Training;
using UdaSeg.Domain.Training.Methods;
using Xunit;

namespace UdaSeg.Api.Tests.Training.Methods;

public sealed class MethodDefaultsTests
{
    public static TheoryData<TrainingMethod, string> OnEveryPreset =>
        [.. Enum.GetValues<TrainingMethod>().SelectMany(m => TrainingPresets.All.Keys.Select(p => (m, p)))];

    /// <summary>Two ways to one plan: a method that is named, and a method whose defaults somebody wrote out as options.</summary>
    [Theory]
    [MemberData(nameof(OnEveryPreset))]
    public void Written_out_they_make_the_plan_that_the_method_makes(TrainingMethod method, string preset)
    {
        JsonElement named = JsonSerializer.SerializeToElement(new { method });
        TrainingPlan written = TrainingPlanReader.Apply(TrainingPresets.All[preset] with { Method = method }, MethodDefaults.Of(method));
        Assert.Equal(TrainingPlanReader.Read(preset, named), written);
    }

    /// <summary>BDL has two stages, and so have two of the presets: all the same it must say so to the third.</summary>
    [Fact]
    public void What_one_preset_has_anyway_is_said_for_the_others()
    {
        Assert.Equal(2, MethodDefaults.Of(TrainingMethod.Bdl).GetProperty("stages").GetInt32());
        Assert.Equal("{}", MethodDefaults.Of(TrainingMethod.CoarseToFine).GetRawText());
    }

    [Fact]
    public void Every_method_has_a_sentence_of_its_own()
    {
        string[] names = [.. Enum.GetValues<TrainingMethod>().Select(m => JsonSerializer.SerializeToElement(m).GetString()!)];
        Assert.Equal(names.Order(), MethodMeanings.All.Select(m => m.Name).Order());
        Assert.Equal(names.Length, MethodMeanings.All.Select(m => m.Meaning).Distinct().Count());
        Assert.All(MethodMeanings.All, m => Assert.EndsWith(".", m.Meaning, StringComparison.Ordinal));
    }
}
