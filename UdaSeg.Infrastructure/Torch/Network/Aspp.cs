using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace UdaSeg.Infrastructure.Torch.Network;

/// <summary>Atrous spatial pyramid pooling: 1×1, three 3×3 at rates 6, 12, 18, and the image's mean, concatenated and projected.</summary>
internal sealed class Aspp : Module<Tensor, Tensor>
{
    private static readonly int[] Rates = [6, 12, 18];

    public readonly ModuleList<ConvBn> branches;
    public readonly ConvBn pool;
    public readonly ConvBn project;
    private readonly Dropout _dropout;

    public Aspp(int inputs, int channels)
        : base(nameof(Aspp))
    {
        branches = [new ConvBn(inputs, channels), .. Rates.Select(rate => new ConvBn(inputs, channels, 3, dilation: rate))];
        pool = new ConvBn(inputs, channels);
        project = new ConvBn(channels * 5, channels);
        _dropout = Dropout(0.5);
        RegisterComponents();
    }

    // x: [B, inputs, h, w] → [B, channels, h, w]
    public override Tensor forward(Tensor x)
    {
        var parts = new List<Tensor>(5);
        foreach (ConvBn branch in branches) parts.Add(branch.call(x).relu_());
        Tensor mean = pool.call(x.mean([2, 3], keepdim: true)).relu_();
        parts.Add(mean.expand(-1, -1, x.shape[2], x.shape[3]));
        return _dropout.call(project.call(cat(parts, 1)).relu_());
    }
}
