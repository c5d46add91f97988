using System.Runtime.Intrinsics;
using TorchSharp;
using UdaSeg.Infrastructure.Onnx;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Serving.Engines;

/// <summary>
/// A 3×3 convolution at stride 1 by Winograd's minimal filtering F(4×4, 3×3): a tile of 4×4 outputs costs 36 products a pair of channels instead of 144. The
/// products are 36 matrix products for all tiles at once; the transforms around them are additions. A dilated convolution is d² interleaved ordinary ones.
/// In float32 only, equal to the direct sum within some 1e-5 of the outputs' scale.
/// </summary>
internal sealed class WinogradConvolution : IConvolution
{
    private const int Points = WinogradTransform.Points;

    /// <summary>Tiles transformed at a time: enough for efficient products, few enough to bound the working memory (40 MB at 256 channels).</summary>
    private const int BlockTiles = 512;

    private const int LeastChannels = 128;
    private const int LeastDilations = 8;
    private const int OutputsOfTile = WinogradTiles.Side * WinogradTiles.Side;

    private readonly Tensor _weight; // [36, inputs, outputs]
    private readonly float[] _bias;
    private readonly int _inputs;
    private readonly int _outputs;
    private readonly int _dilation;
    private readonly int _threads;
    private WinogradTiles? _tiles;

    /// <param name="folded">3×3; see <see cref="Fits"/>.</param>
    /// <param name="dilation">At least 1; padding is as much.</param>
    /// <param name="threads">Of the transforms.</param>
    public WinogradConvolution(FoldedConvolution folded, int dilation, int threads)
    {
        (_outputs, _inputs) = ((int)folded.Shape[0], (int)folded.Shape[1]);
        (_bias, _dilation, _threads) = (folded.Bias, dilation, threads);
        float[] transformed = WinogradTransform.Weights(folded.Weight, _outputs, _inputs);
        using DisposeScope scope = NewDisposeScope();
        _weight = from_array(transformed).reshape(Points, _inputs, _outputs).DetachFromDisposeScope();
    }

    public long Bytes => (long)Points * _inputs * _outputs * sizeof(float);

    /// <summary>
    /// Whether the algorithm applies, and pays: with few channels the transforms weigh more than the products, small sub-grids fill no tiles, and where a
    /// dilation reaches far beyond the border (atrous pooling) the direct sum leaves most of its products out.
    /// </summary>
    public static bool Fits(FoldedConvolution folded, int stride, int dilation, int height, int width) =>
        stride == 1 && folded.Shape[2] == 3 && folded.Shape[1] >= LeastChannels && folded.Shape[0] >= LeastChannels
        && folded.Shape[0] % Vector256<float>.Count == 0 && folded.Shape[1] % Vector256<float>.Count == 0
        && LeastDilations * dilation <= Math.Min(height, width)
        && new WinogradTiles(1, height, width, dilation).Count * OutputsOfTile <= 1.3 * height * width;

    public Tensor Run(Tensor x, Activation activation = Activation.None)
    {
        using Tensor result = empty(x.shape[0], x.shape[2], x.shape[3], _outputs);
        Compute(x, result, add: false, activation);
        return result.permute(0, 3, 1, 2);
    }

    public Tensor AddTo(Tensor sum, Tensor x, Activation activation = Activation.None)
    {
        using Tensor pixels = sum.permute(0, 2, 3, 1);
        using Tensor result = pixels.contiguous(); // the same memory, as sums here are channels-last
        Compute(x, result, add: true, activation);
        return result.permute(0, 3, 1, 2);
    }

    public void Dispose() => _weight.Dispose();

    private void Compute(Tensor x, Tensor result, bool add, Activation activation)
    {
        int images = (int)x.shape[0], height = (int)x.shape[2], width = (int)x.shape[3];
        if (_tiles is not { } tiles || (tiles.Height, tiles.Width, tiles.Images) != (height, width, images))
        {
            _tiles = tiles = new WinogradTiles(images, height, width, _dilation);
        }

        using Tensor view = x.permute(0, 2, 3, 1);
        using Tensor pixels = view.contiguous();
        for (int start = 0; start < tiles.Count; start += BlockTiles)
        {
            Block(pixels, result, new TileBlock(tiles, start, Math.Min(BlockTiles, tiles.Count - start)), add, activation);
        }
    }

    private unsafe void Block(Tensor pixels, Tensor result, TileBlock block, bool add, Activation activation)
    {
        using Tensor transformed = empty(Points, block.Count, _inputs);
        fixed (byte* from = pixels.bytes, to = transformed.bytes)
        {
            float* x = (float*)from, v = (float*)to;
            InParts(block.Count, (first, end) => WinogradTransform.Input(x, v, block, first, end, _inputs));
        }

        using Tensor products = transformed.bmm(_weight); // [36, count, outputs]
        fixed (byte* from = products.bytes, to = result.bytes)
        {
            float* m = (float*)from, y = (float*)to;
            InParts(block.Count, (first, end) => WinogradTransform.Output(m, y, block, first, end, _bias, add, activation));
        }
    }

    private void InParts(int count, Action<int, int> work)
    {
        if (_threads == 1) work(0, count);
        else Parallel.For(0, _threads, part => work(part * count / _threads, (part + 1) * count / _threads));
    }
}
