using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch.Translation;

/// <summary>A network a direction, under one optimiser.</summary>
internal sealed class BothWays<T> : nn.Module
    where T : nn.Module
{
    public readonly T toTarget;
    public readonly T toSource;

    public BothWays(T toTarget, T toSource)
        : base(nameof(BothWays<T>))
    {
        (this.toTarget, this.toSource) = (toTarget, toSource);
        RegisterComponents();
    }
}
