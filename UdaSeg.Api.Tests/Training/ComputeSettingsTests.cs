using System.Text.Json;
using System.Text.Json.Nodes;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Training;
using Xunit;

namespace UdaSeg.Api.Tests.Training;

public sealed class ComputeSettingsTests
{
    [Fact]
    public void Options_choose_precision_and_layout()
    {
        TrainingPlan plan = Read("""{"compute":{"precision":"bf16","channelsLast":"off","tf32":true}}""");
        Assert.Equal(new ComputeSettings(Precision.BFloat16, ChannelsLastMode.Off, true), plan.Compute);
        Assert.Equal(new ComputeSettings(Precision.BFloat16), Read("""{"compute":{"precision":"bf16"}}""").Compute);
        Assert.Equal(plan, JsonSerializer.Deserialize<TrainingPlan>(JsonSerializer.Serialize(plan, TrainingPlanReader.Json), TrainingPlanReader.Json));
    }

    [Fact]
    public void A_plan_stored_before_there_was_a_choice_computes_as_it_did()
    {
        JsonObject stored = JsonSerializer.SerializeToNode(TrainingPresets.Small, TrainingPlanReader.Json)!.AsObject();
        Assert.True(stored.Remove("compute"));
        TrainingPlan plan = stored.Deserialize<TrainingPlan>(TrainingPlanReader.Json)!;
        Assert.Equal(TrainingPresets.Small, plan);
        Assert.Equal((Precision.Float32, ChannelsLastMode.Auto, false), (plan.Compute.Precision, plan.Compute.ChannelsLast, plan.Compute.Tf32));
    }

    [Theory]
    [InlineData("""{"compute":{"precision":"fp16"}}""", "compute.precision")]
    [InlineData("""{"compute":{"channelsLast":true}}""", "compute.channelsLast")]
    [InlineData("""{"compute":{"bf16":true}}""", "compute.bf16")]
    [InlineData("""{"compute":null}""", "compute")]
    public void Anything_else_is_refused_with_its_field(string options, string field)
    {
        var refused = Assert.Throws<RuleViolationException>(() => Read(options));
        Assert.Equal("invalid-options", refused.Code);
        Assert.Equal(field, Assert.Single(refused.Fields).Key);
    }

    private static TrainingPlan Read(string options) => TrainingPlanReader.Read("small", JsonDocument.Parse(options).RootElement);
}
