using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Errors;

namespace UdaSeg.Domain.Ports;

/// <summary>Looks through weights that a client sent before anything is made of them. Trusts nothing in them and executes nothing.</summary>
public interface IWeightsInspector
{
    /// <param name="weights">Seekable, at its start: meant to be a safetensors file.</param>
    /// <param name="architecture">What the weights must fill, no more and no less.</param>
    /// <param name="classes">C.</param>
    /// <exception cref="RuleViolationException">
    /// 422: <c>weights-invalid</c> (no sound safetensors file, or values that no network has), <c>checkpoint-mismatch</c> with the names at fault.
    /// </exception>
    void Check(Stream weights, CheckpointArchitecture architecture, int classes);
}
