using UdaSeg.Domain.Errors;

namespace UdaSeg.Api.Interop.HuggingFace;

/// <summary>The task's parameters. Without any, every pixel is in the mask of its class and every class with a pixel is answered.</summary>
internal sealed record MaskOptions
{
    /// <summary>Pixels of less confidence are in no mask.</summary>
    public double? MaskThreshold { get; init; }

    /// <summary>Classes of a lower score are left out.</summary>
    public double? Threshold { get; init; }

    /// <summary>Accepted, and of no effect: the masks of a semantic segmentation do not overlap.</summary>
    public double? OverlapMaskAreaThreshold { get; init; }

    public string? Subtask { get; init; }

    /// <exception cref="RuleViolationException"><c>invalid-segmentation</c> (422).</exception>
    public MaskOptions Checked()
    {
        FaultList faults = new();
        faults.Require(Subtask is null or "semantic", "parameters.subtask", "Only semantic segmentation is done here.");
        faults.Require(MaskThreshold is null or (>= 0 and <= 1), "parameters.mask_threshold", "It must be 0 to 1.");
        faults.Require(Threshold is null or (>= 0 and <= 1), "parameters.threshold", "It must be 0 to 1.");
        faults.ThrowIfAny("invalid-segmentation", "The segmentation's parameters are not usable.");
        return this;
    }
}
