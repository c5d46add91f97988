using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Studies;
using UdaSeg.Domain.Training;
using Xunit;

namespace UdaSeg.Api.Tests.Studies;

public sealed class ArmPlansTests
{
    private static readonly Gen<string> Values =
        Gen.OneOf(Gen.Const("null"), Gen.Const("1"), Gen.Const("{}"), Gen.Const("""{"x":1}"""), Gen.Const("""{"x":null,"y":2}"""), Gen.Const("""{"y":{"z":3}}"""));

    [Fact]
    public void An_arm_goes_over_the_base_member_by_member()
    {
        TrainingPlan plan = Read(
            """{"batchSize":2,"triplet":{"margin":0.3},"network":{"pretrained":"a.safetensors","asppChannels":16},"crop":[64,48]}""",
            """{"triplet":{"enabled":false},"network":{"pretrained":null},"crop":{"width":96,"height":64}}""");
        TrainingPlan tiny = TrainingPresets.Tiny;
        Assert.Equal(tiny with
        {
            BatchSize = 2,
            Triplet = tiny.Triplet with { Margin = 0.3, Enabled = false },
            Network = tiny.Network with { AsppChannels = 16, Pretrained = null },
            Crop = new PixelSize(96, 64),
        }, plan);
    }

    [Fact]
    public void Names_differ_by_more_than_their_case()
    {
        TrainingPlan plan = Read("""{"Seed":3,"triplet":{"Margin":0.1}}""", """{"seed":7,"Triplet":{"margin":0.4}}""");
        Assert.Equal((7, 0.4), (plan.Seed, plan.Triplet.Margin));
    }

    [Fact]
    public void What_is_impossible_in_the_base_alone_may_be_possible_in_every_arm() =>
        Assert.Equal(10, Read("""{"selection":"oracle"}""", """{"evaluateEvery":10}""").EvaluateEvery);

    /// <summary>Member by member, written as plainly as can be.</summary>
    [Fact]
    public void Merging_layers_is_merging_each_member() => Gen.Select(Values, Values, Values, Values).Sample((a, b, c, d) =>
    {
        JsonElement first = JsonElement.Parse($$"""{"p":{{a}},"q":{{b}}}"""), second = JsonElement.Parse($$"""{"p":{{c}},"r":{{d}}}""");
        string merged = OptionOverrides.Merge(first, null, second).ToJsonString();
        Assert.True(JsonNode.DeepEquals(Slow(JsonNode.Parse(first.GetRawText()), JsonNode.Parse(second.GetRawText())), JsonNode.Parse(merged)), merged);
    });

    [Theory]
    [InlineData("{}", """{"triplet":{"margin":9}}""", "plan-out-of-range", "arms[1].options.triplet.margin")]
    [InlineData("""{"triplet":{"margin":9}}""", """{"triplet":{"enabled":true}}""", "plan-out-of-range", "base.options.triplet.margin")]
    [InlineData("{}", """{"tripplet":{}}""", "invalid-options", "arms[1].options.tripplet")]
    [InlineData("""{"tripplet":{}}""", "{}", "invalid-options", "base.options.tripplet")]
    [InlineData("{}", """{"triplet":3}""", "invalid-options", "arms[1].options.triplet")]
    [InlineData("{}", "[]", "invalid-options", "arms[1].options")]
    [InlineData("3", "{}", "invalid-options", "base.options")]
    [InlineData("{}", """{"seed":1,"seed":2}""", "invalid-options", "arms[1].options")]
    [InlineData("""{"selection":"oracle"}""", "null", "plan-out-of-range", "base.options.selection")]
    public void A_fault_names_whose_it_is(string common, string options, string code, string field)
    {
        string good = common.Contains("triplet", StringComparison.Ordinal) ? """{"triplet":{"margin":0.2}}""" : """{"selection":"last"}""";
        (string, JsonElement?)[] arms = [("good", JsonElement.Parse(good)), ("bad", JsonElement.Parse(options))];
        if (common.Contains("tripplet", StringComparison.Ordinal)) arms = [arms[1], arms[1]]; // no arm is good over such a base
        RuleViolationException refusal = Assert.Throws<RuleViolationException>(() => ArmPlans.Read("tiny", JsonElement.Parse(common), arms));
        Assert.Equal((code, RuleKind.Unusable), (refusal.Code, refusal.Kind));
        Assert.Equal([field], refusal.Fields.Keys);
    }

    [Fact]
    public void A_preset_that_is_not_there_is_no_arm_s_fault() => Assert.Equal(
        "unknown-preset", Assert.Throws<RuleViolationException>(() => ArmPlans.Read("huge", null, [("a", null)])).Code);

    private static TrainingPlan Read(string common, string options) =>
        Assert.Single(ArmPlans.Read("tiny", JsonElement.Parse(common), [("arm", JsonElement.Parse(options))]));

    private static JsonNode? Slow(JsonNode? under, JsonNode? over)
    {
        if (under is not JsonObject lower || over is not JsonObject upper) return over?.DeepClone();
        var all = new JsonObject();
        foreach (string name in lower.Select(p => p.Key).Union(upper.Select(p => p.Key)))
        {
            all[name] = !upper.ContainsKey(name) ? lower[name]?.DeepClone() : lower.ContainsKey(name) ? Slow(lower[name], upper[name]) : upper[name]?.DeepClone();
        }

        return all;
    }
}
