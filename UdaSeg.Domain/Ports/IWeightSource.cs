using UdaSeg.Domain.Errors;

namespace UdaSeg.Domain.Ports;

/// <summary>Where <c>network.pretrained</c> leads: a file under the weight roots, or a checkpoint's weights.</summary>
public interface IWeightSource
{
    /// <returns>A seekable stream of safetensors; the caller disposes it.</returns>
    /// <exception cref="RuleViolationException"><c>unknown-pretrained</c> (422).</exception>
    Stream Open(string pretrained);
}
