using TorchSharp;
using TorchSharp.Modules;
using UdaSeg.Api.Tests.Torch;
using UdaSeg.Infrastructure.Torch.Adversarial;
using UdaSeg.Infrastructure.Torch.Network;
using Xunit;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Methods;

/// <summary>Channels that are no multiple of 8, on memory that was full of NaNs.</summary>
[Collection(nameof(TorchCollection))]
public sealed class EvenConvolutionTests
{
    [Theory]
    [InlineData(9, 8, 4, 2, 1)]
    [InlineData(11, 32, 4, 2, 1)]
    [InlineData(8, 11, 3, 1, 1)]
    [InlineData(16, 3, 7, 1, 0)]
    [InlineData(16, 1, 4, 1, 1)]
    [InlineData(8, 16, 3, 1, 1)]
    public void It_is_the_convolution_that_a_loop_computes(int inputs, int outputs, int kernel, int stride, int padding)
    {
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(3);
        Conv2d layer = nn.Conv2d(inputs, outputs, kernel, stride: stride, padding: padding);
        Tensor x = rand(2, inputs, 12, 14);
        x.requires_grad = true;
        Poison();
        Tensor y = EvenConvolution.Call(layer, x, stride, padding);
        Poison();
        y.sum().backward();
        float[,,,] w = Values(layer.weight!), given = Values(x), result = Values(y), gradient = Values(x.grad!);
        float[] bias = layer.bias!.data<float>().ToArray();
        var expected = new double[2, inputs, 12, 14]; // gradient of the sum
        for (int o = 0; o < outputs; o++)
        {
            for (int r = 0; r < result.GetLength(2); r++)
            {
                for (int c = 0; c < result.GetLength(3); c++)
                {
                    double sum = bias[o];
                    for (int i = 0; i < inputs; i++)
                    {
                        for (int k = 0; k < kernel * kernel; k++)
                        {
                            int row = (r * stride) - padding + (k / kernel), column = (c * stride) - padding + (k % kernel);
                            if (row is < 0 or >= 12 || column is < 0 or >= 14) continue;
                            sum += (double)w[o, i, k / kernel, k % kernel] * given[1, i, row, column];
                            expected[1, i, row, column] += w[o, i, k / kernel, k % kernel];
                        }
                    }

                    Assert.Equal(sum, result[1, o, r, c], 1e-4);
                }
            }
        }

        for (int i = 0; i < inputs; i++) Assert.Equal(expected[1, i, 5, 6], gradient[1, i, 5, 6], 1e-4);
    }

    [Fact]
    public void Discriminators_of_any_number_of_classes_see_their_input_only()
    {
        foreach (int classes in (int[])[2, 9, 11, 19])
        {
            using DisposeScope scope = NewDisposeScope();
            AllFinite(new OutputDiscriminator(classes, 8), rand(2, classes, 48, 64));
            AllFinite(new ClassDiscriminator(8, classes), rand(2, 8, 12, 16));
        }
    }

    private static void AllFinite(nn.Module<Tensor, Tensor> module, Tensor x)
    {
        x.requires_grad = true;
        Poison();
        Tensor y = module.call(x);
        Poison();
        y.square().mean().backward();
        Assert.All([y, x.grad!, .. module.parameters().Select(p => p.grad!)], t => Assert.True(t.isfinite().all().ToBoolean()));
    }

    /// <summary>What is allocated next lies where NaNs were.</summary>
    private static void Poison()
    {
        using DisposeScope scope = NewDisposeScope();
        for (int size = 16; size < 1_000_000; size = (size * 3 / 2) + 8)
        {
            for (int i = 0; i < (size < 100_000 ? 40 : 4); i++) full([size], float.NaN);
        }
    }

    private static float[,,,] Values(Tensor tensor)
    {
        long[] s = tensor.shape;
        var values = new float[s[0], s[1], s[2], s[3]];
        Buffer.BlockCopy(tensor.detach().contiguous().data<float>().ToArray(), 0, values, 0, (int)tensor.numel() * sizeof(float));
        return values;
    }
}
