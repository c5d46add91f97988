using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace UdaSeg.Infrastructure.Torch.Network;

/// <summary>Convolution without bias, then batch norm: the parameters are named <c>conv.weight</c> and <c>bn.*</c>. No activation.</summary>
internal sealed class ConvBn : Module<Tensor, Tensor>, IChannelsLast
{
    public readonly Conv2d conv;
    public readonly BatchNorm2d bn;

    public ConvBn(int inputs, int outputs, int kernel = 1, int stride = 1, int dilation = 1)
        : base(nameof(ConvBn))
    {
        conv = Conv2d(inputs, outputs, kernel, stride, padding: dilation * (kernel / 2), dilation: dilation, bias: false);
        bn = BatchNorm2d(outputs);
        RegisterComponents();
    }

    public bool ChannelsLast { get; set; }

    public override Tensor forward(Tensor input) => Normalise(bn, MemoryLayout.Convolve(conv, input, ChannelsLast));

    /// <summary>Batch norm, with running statistics where a batch has one value a channel: their variance would be NaN and stay in the model.</summary>
    internal static Tensor Normalise(BatchNorm2d bn, Tensor x)
    {
        bool single = x.shape[0] * x.shape[2] * x.shape[3] == 1;
        if (!single || !bn.training) return bn.call(x);
        return functional.batch_norm(x, bn.running_mean!, bn.running_var!, bn.weight, bn.bias, training: false);
    }
}
