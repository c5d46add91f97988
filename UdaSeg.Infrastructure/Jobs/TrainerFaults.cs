using System.Runtime.InteropServices;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Artifacts;

namespace UdaSeg.Infrastructure.Jobs;

/// <summary>Faults that another attempt would only repeat, in words that a user can act on.</summary>
internal static class TrainerFaults
{
    // How torch says that an allocation failed, on a processor and on a device.
    private static readonly string[] NoMemory = ["not enough memory", "can't allocate memory", "out of memory"];

    /// <returns>Null for a fault that may be bad luck.</returns>
    public static RunFailure? Explain(Exception fault) => fault switch
    {
        RuleViolationException rule => new RunFailure(rule.Code, rule.Message),
        _ when StorageFull.Is(fault) => new RunFailure(
            "storage-full", "There is no space left to write to. The last checkpoint is intact: free some space, then resume the run."),
        OutOfMemoryException => OutOfMemory,
        ExternalException when SaysNoMemory(fault.Message) => OutOfMemory,
        _ => null,
    };

    private static RunFailure OutOfMemory { get; } = new(
        "out-of-memory", "The trainer needed more memory than there is: lower batchSize, crop or the network's channels, or use a larger machine.");

    private static bool SaysNoMemory(string message) => NoMemory.Any(words => message.Contains(words, StringComparison.OrdinalIgnoreCase));
}
