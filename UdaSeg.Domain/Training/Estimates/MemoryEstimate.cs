namespace UdaSeg.Domain.Training.Estimates;

/// <summary>Memory of a stage by what it is for, in bytes, at its peak.</summary>
/// <param name="Parameters">Weights and batch-norm statistics.</param>
/// <param name="Gradients">One for each weight.</param>
/// <param name="Momentum">One for each weight.</param>
/// <param name="Activations">What autograd keeps of the forward pass.</param>
/// <param name="HeldResults">Results that autograd does not need, alive until the step ends.</param>
/// <param name="Temporary">Gradients of activations and work space at the worst moment of the backward pass, above the two before.</param>
/// <param name="AllocatorSlack">Gaps that the allocator cannot fill.</param>
/// <param name="Batches">Batches made ahead, as floats and labels.</param>
/// <param name="ImageCache">Decoded images, labels and pseudo-labels that stay in memory: at most so much; less for small data sets.</param>
/// <param name="Libraries">The process itself: runtime and tensor library.</param>
public sealed record MemoryEstimate(
    long Parameters,
    long Gradients,
    long Momentum,
    long Activations,
    long HeldResults,
    long Temporary,
    long AllocatorSlack,
    long Batches,
    long ImageCache,
    long Libraries)
{
    /// <summary>Measured: 150 MiB for the runtime and the tensor library with its threads, and the trainer's own assemblies.</summary>
    public const long LibraryBytes = 200L << 20;

    // Measured on a processor (bench "plan"). With every allocation returned at once the other parts add up to the peak within 4 %. The heap, which keeps
    // what it has, takes more, and settles after some steps: so much of a step's tensors, and so much of the gradients, which settle between them. A ResNet's
    // blocks hold all results to the step's end, MobileNetV2's sequences give theirs back in the order of the backward pass, and leave smaller gaps.
    private const double SlackOfHeldTensors = 0.7, SlackOfSequences = 0.25, SlackOfGradients = 0.6;

    private const int FloatBytes = 4;

    /// <summary>Of all parts.</summary>
    public long Total => DeviceTotal + Batches + ImageCache;

    /// <summary>Without what a graphics card leaves in the host's memory: batches and image cache.</summary>
    public long DeviceTotal => Parameters + Gradients + Momentum + Activations + HeldResults + Temporary + AllocatorSlack + Libraries;

    /// <param name="costs">Of an iteration.</param>
    /// <param name="batches">Bytes of batches made ahead.</param>
    /// <param name="imageCache">Bytes of decoded images at most.</param>
    public static MemoryEstimate Of(IterationCosts costs, long batches, long imageCache)
    {
        long weights = costs.Parameters * FloatBytes, kept = costs.KeptBytes, held = costs.HeldBytes, temporary = costs.TemporaryBytes();
        double share = costs.Backbone == Backbone.MobileNetV2 ? SlackOfSequences : SlackOfHeldTensors;
        var slack = (long)((share * (kept + held + temporary)) + (SlackOfGradients * weights));
        return new MemoryEstimate(
            weights + (costs.Statistics * FloatBytes), weights, weights, kept, held, temporary, slack, batches, imageCache, LibraryBytes);
    }
}
