using TorchSharp;
using UdaSeg.Api.Tests.Torch;
using UdaSeg.Domain.Training;
using UdaSeg.Domain.Training.Methods;
using UdaSeg.Infrastructure.Torch.Adversarial;
using UdaSeg.Infrastructure.Torch.Methods.Shared;
using UdaSeg.Infrastructure.Torch.Network;
using Xunit;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Methods;

/// <summary>Who learns from what when a discriminator is trained beside the network.</summary>
[Collection(nameof(TorchCollection))]
public sealed class AdversaryTests
{
    private const int Classes = 5, Side = 32;

    private static readonly TrainingPlan Plan = TrainingPresets.Tiny;

    [Fact]
    public void Fooling_moves_the_target_map_and_nothing_else()
    {
        using DisposeScope scope = NewDisposeScope();
        using OutputAdversary adversary = Output(new AdversarialSettings(Weight: 0.25));
        (Tensor source, Tensor target) = Maps();
        (string name, Tensor term) = adversary.Fool(source, target);
        term.backward();
        Assert.Equal("adversarial", name);
        Assert.True(target.grad!.abs().sum().item<float>() > 0);
        Assert.Null(source.grad);
        Assert.All(Parameters(adversary), p => Assert.True(p.grad is null));

        // a step along the gradient makes the discriminator take the target for the source: its decisions fall
        using Scalar step = -0.05f / target.grad!.abs().max().item<float>();
        (_, Tensor after) = adversary.Fool(source, target.detach().add(target.grad!.mul(step)));
        Assert.True(after.item<float>() < term.item<float>());
    }

    [Fact]
    public void The_term_that_fools_has_its_weight()
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor source, Tensor target) = Maps();
        using OutputAdversary one = Output(new AdversarialSettings(Weight: 1)), small = Output(new AdversarialSettings(Weight: 1e-3));
        float whole = one.Fool(source, target).Value.item<float>();
        Assert.Equal(whole * 1e-3, small.Fool(source, target).Value.item<float>(), 1e-8);
        using Adversary twin = Twin();
        Assert.Equal(Slow.Domain(twin.Module.call(target).contiguous().data<float>().ToArray().Select(d => (double)d), 0), whole, 1e-5);
    }

    [Fact]
    public void Learning_moves_the_discriminator_and_no_map()
    {
        using DisposeScope scope = NewDisposeScope();
        using OutputAdversary adversary = Output(new AdversarialSettings());
        (Tensor source, Tensor target) = Maps();
        adversary.Fool(source, target);
        float[][] before = [.. Parameters(adversary).Select(Values)];
        (string name, Tensor loss) = adversary.Learn(0, 1);
        Assert.Equal("discriminator", name);
        Assert.False(loss.requires_grad);
        Assert.True(source.grad is null && target.grad is null);
        Assert.All(Parameters(adversary).Zip(before), pair => Assert.NotEqual(pair.Second, Values(pair.First)));

        // what it learns is to tell them apart
        for (int i = 1; i < 40; i++) adversary.Learn(i, 20);
        using Adversary twin = Twin();
        NetworkWeights.Restore(twin.State.ToDictionary(), NetworkWeights.Capture(adversary.State.ToDictionary()));
        Assert.True(twin.Module.call(source).mean().item<float>() < twin.Module.call(target).mean().item<float>() - 0.1);
    }

    [Theory]
    [InlineData(0.01, 1.0)]
    [InlineData(0.01, 0.3)]
    public void It_learns_at_its_own_rate_times_the_share_that_the_schedule_is_at(double rate, double share)
    {
        using DisposeScope scope = NewDisposeScope();
        using OutputAdversary adversary = Output(new AdversarialSettings(LearningRate: rate));
        (Tensor source, Tensor target) = Maps();
        adversary.Fool(source, target);
        float[][] before = [.. Parameters(adversary).Select(Values)];
        adversary.Learn(0, share);
        double moved = Parameters(adversary).Zip(before).Max(pair => Values(pair.First).Zip(pair.Second).Max(v => Math.Abs(v.First - v.Second)));
        Assert.Equal(rate * share, moved, rate * share * 0.01); // Adam's first step has the rate's length
    }

    [Fact]
    public void It_is_a_function_of_seed_and_stage()
    {
        Dictionary<string, float[]> Begin(long seed, int stage)
        {
            using var adversary = new Adversary("a", new OutputDiscriminator(Classes, 8), seed, stage, CPU);
            return adversary.State.ToDictionary(s => s.Key, s => Values(s.Value));
        }

        Dictionary<string, float[]> one = Begin(1, 2);
        Assert.Equal(one, Begin(1, 2));
        Assert.NotEqual(one["a.layers.0.weight"], Begin(2, 2)["a.layers.0.weight"]);
        Assert.NotEqual(one["a.layers.0.weight"], Begin(1, 3)["a.layers.0.weight"]);
        Assert.Equal(30, one.Count); // five layers' weights and biases, each with two moments
        Assert.All(one.Keys, key => Assert.StartsWith("a.", key, StringComparison.Ordinal));
    }

    [Fact]
    public void Resumed_from_its_state_it_goes_on_as_if_nothing_had_been()
    {
        using DisposeScope scope = NewDisposeScope();
        using OutputAdversary undisturbed = Output(new AdversarialSettings()), resumed = Output(new AdversarialSettings());
        void Step(OutputAdversary adversary, int iteration)
        {
            random.manual_seed(iteration);
            (Tensor source, Tensor target) = (rand(1, Classes, Side, Side), rand(1, Classes, Side, Side));
            adversary.Fool(source, target);
            adversary.Learn(iteration, 1 - (0.1 * iteration));
        }

        for (int i = 0; i < 3; i++) Step(undisturbed, i);
        NetworkWeights.Restore(resumed.State.ToDictionary(), NetworkWeights.Capture(undisturbed.State.ToDictionary()));
        for (int i = 3; i < 5; i++)
        {
            Step(undisturbed, i);
            Step(resumed, i);
        }

        Assert.Equal(undisturbed.State.ToDictionary(s => s.Key, s => Values(s.Value)), resumed.State.ToDictionary(s => s.Key, s => Values(s.Value)));
    }

    [Fact]
    public void Discriminators_have_the_shapes_of_the_papers()
    {
        using DisposeScope scope = NewDisposeScope();
        using var output = new OutputDiscriminator(19);
        Assert.Equal([19, 64, 128, 256, 512, 1], new[] { output.layers[0].weight.shape[1] }.Concat(output.layers.Select(l => l.weight.shape[0])));
        Assert.Equal([2, 1, 16, 28], output.call(zeros(2, 19, 512, 896)).shape);
        using var classes = new ClassDiscriminator(256, 19);
        Assert.Equal([256, 256, 128], new[] { classes.layers[0].weight.shape[1] }.Concat(classes.layers.Select(l => l.weight.shape[0])));
        Assert.Equal([2, 38, 9, 11], classes.call(zeros(2, 256, 9, 11)).shape);
        Tensor features = rand(1, 256, 4, 4), decisions = classes.call(features), hidden = features;
        foreach (TorchSharp.Modules.Conv2d layer in classes.layers) hidden = nn.functional.leaky_relu(layer.call(hidden), 0.2);
        float[] ofSource = Values(classes.source.call(hidden)), ofTarget = Values(classes.target.call(hidden)), found = Values(decisions);
        Assert.All(ofSource.Concat(ofTarget).Zip(found), v => Assert.Equal(v.First, v.Second, 1e-4)); // the source's classes come first
    }

    private static OutputAdversary Output(AdversarialSettings settings) => new(Plan, 1, Classes, CPU, settings);

    /// <summary>What is inside an <see cref="OutputAdversary"/>, before it has learnt.</summary>
    private static Adversary Twin() => new("output", new OutputDiscriminator(Classes, Math.Max(8, Plan.Network.DecoderChannels / 4)), Plan.Seed, 1, CPU);

    private static (Tensor Source, Tensor Target) Maps()
    {
        random.manual_seed(5);
        Tensor Map(Tensor logits) => nn.functional.softmax(logits, 1).requires_grad_();
        return (Map(randn(2, Classes, Side, Side)), Map(randn(2, Classes, Side, Side).mul(Slow.Three)));
    }

    private static Tensor[] Parameters(OutputAdversary adversary) =>
        [.. adversary.State.Where(s => !s.Key.Contains("adam", StringComparison.Ordinal)).Select(s => s.Value)];

    private static float[] Values(Tensor tensor) => tensor.detach().contiguous().data<float>().ToArray();
}
