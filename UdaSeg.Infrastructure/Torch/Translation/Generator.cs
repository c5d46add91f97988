using TorchSharp;
using TorchSharp.Modules;
using UdaSeg.Domain.Training.Methods;
using UdaSeg.Infrastructure.Torch.Network;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace UdaSeg.Infrastructure.Torch.Translation;

/// <summary>
/// CycleGAN's generator: a 7×7 convolution, two that halve the sides, residual blocks, two that double them, and a 7×7 one to colours; instance norm without
/// parameters after each but the last. Sides are doubled by repeating pixels before a convolution: transposed convolutions leave a checkerboard.
/// </summary>
internal sealed class Generator : Module<Tensor, Tensor>
{
    /// <summary>Just below 1: black and white pixels keep a gradient.</summary>
    private const float Contrast = 0.98f;

    public readonly Conv2d first;
    public readonly ModuleList<Conv2d> down;
    public readonly ModuleList<ResidualBlock> blocks;
    public readonly ModuleList<Conv2d> up;
    public readonly Conv2d last;
    private readonly bool _residual;

    public Generator(TranslationSettings settings)
        : base(nameof(Generator))
    {
        int width = settings.Width;
        _residual = settings.Residual;
        first = Conv2d(3, width, 7, bias: false);
        down = [Conv2d(width, 2 * width, 3, stride: 2, padding: 1, bias: false), Conv2d(2 * width, 4 * width, 3, stride: 2, padding: 1, bias: false)];
        blocks = [.. Enumerable.Range(0, settings.Blocks).Select(_ => new ResidualBlock(4 * width))];
        up = [Conv2d(4 * width, 2 * width, 3, padding: 1, bias: false), Conv2d(2 * width, width, 3, padding: 1, bias: false)];
        last = Conv2d(width, 3, 7);
        RegisterComponents();
    }

    /// <param name="image">[B, 3, H, W] RGB in −1..1; sides are multiples of 4, at least 8.</param>
    /// <returns>Of the same shape and range.</returns>
    public override Tensor forward(Tensor image)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = Freely(image, i => Norms.Relu(EvenConvolution.Call(first, Norms.Reflect(i, 3))), owned: false);
        foreach (Conv2d conv in down) x = Freely(x, i => Norms.Relu(EvenConvolution.Call(conv, i, stride: 2, padding: 1)));
        foreach (ResidualBlock block in blocks) x = Freely(x, block.call);
        foreach (Conv2d conv in up) x = Freely(x, i => Norms.Relu(EvenConvolution.Call(conv, Doubled(i), padding: 1)));
        x = Freely(x, i => EvenConvolution.Call(last, Norms.Reflect(i, 3)));
        return Painted(image, x).MoveToOuterDisposeScope();
    }

    private Tensor Painted(Tensor image, Tensor change)
    {
        if (!_residual) return change.tanh();
        using Scalar contrast = Contrast;
        return image.mul(contrast).atanh().add(change).tanh();
    }

    private static Tensor Doubled(Tensor x) => functional.interpolate(x, size: [2 * x.shape[2], 2 * x.shape[3]], mode: InterpolationMode.Nearest);

    /// <summary>A layer whose input and intermediate results are gone at once: whole images have activations of gigabytes. What a backward pass needs it holds itself.</summary>
    private static Tensor Freely(Tensor x, Func<Tensor, Tensor> layer, bool owned = true)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor y = layer(x).MoveToOuterDisposeScope();
        if (owned) x.Dispose();
        return y;
    }
}

/// <summary>Two 3×3 convolutions around the identity.</summary>
internal sealed class ResidualBlock : Module<Tensor, Tensor>
{
    public readonly Conv2d conv1;
    public readonly Conv2d conv2;

    public ResidualBlock(int channels)
        : base(nameof(ResidualBlock))
    {
        conv1 = Conv2d(channels, channels, 3, bias: false);
        conv2 = Conv2d(channels, channels, 3, bias: false);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        Tensor y = Norms.Relu(EvenConvolution.Call(conv1, Norms.Reflect(x, 1)));
        return Norms.Instance(EvenConvolution.Call(conv2, Norms.Reflect(y, 1))).add(x);
    }
}

/// <summary>What the translator's networks have between their convolutions.</summary>
internal static class Norms
{
    /// <summary>Each channel of each image to mean 0 and variance 1 over its pixels.</summary>
    // [B, C, H, W], more than one pixel
    public static Tensor Instance(Tensor x) => functional.instance_norm(x);

    public static Tensor Relu(Tensor x) => Instance(x).relu();

    /// <summary>Mirrored at the borders, which are not doubled.</summary>
    // [B, C, H, W] → [B, C, H + 2·margin, W + 2·margin]; sides are longer than the margin
    public static Tensor Reflect(Tensor x, int margin) => functional.pad(x, [margin, margin, margin, margin], PaddingModes.Reflect);
}
