using System.Runtime.Intrinsics;

namespace UdaSeg.Infrastructure.Serving.Engines;

/// <summary>
/// The transforms of F(4×4, 3×3) with interpolation points 0, ±1, ±2, ∞ (Lavin and Gray, "Fast algorithms for convolutional neural networks"): weights G g Gᵀ,
/// inputs Bᵀ d B, outputs Aᵀ m A.
/// </summary>
internal static unsafe class WinogradTransform
{
    /// <summary>Products of a tile.</summary>
    public const int Points = 36;

    private const int Edge = 6; // inputs of a tile on a side

    private static readonly double[][] G =
    [
        [1.0 / 4, 0, 0], [-1.0 / 6, -1.0 / 6, -1.0 / 6], [-1.0 / 6, 1.0 / 6, -1.0 / 6], [1.0 / 24, 1.0 / 12, 1.0 / 6], [1.0 / 24, -1.0 / 12, 1.0 / 6], [0, 0, 1],
    ];

    /// <param name="weights">[outputs, inputs, 3, 3].</param>
    /// <returns>[36, inputs, outputs], computed in double precision.</returns>
    public static float[] Weights(ReadOnlySpan<float> weights, int outputs, int inputs)
    {
        var transformed = new float[Points * inputs * outputs];
        Span<double> half = stackalloc double[3 * Edge];
        for (int o = 0; o < outputs; o++)
        {
            for (int i = 0; i < inputs; i++)
            {
                ReadOnlySpan<float> g = weights.Slice(((o * inputs) + i) * 9, 9);
                for (int u = 0; u < Edge; u++)
                {
                    for (int c = 0; c < 3; c++) half[(u * 3) + c] = (G[u][0] * g[c]) + (G[u][1] * g[3 + c]) + (G[u][2] * g[6 + c]);
                }

                for (int u = 0; u < Edge; u++)
                {
                    for (int v = 0; v < Edge; v++)
                    {
                        double value = (half[u * 3] * G[v][0]) + (half[(u * 3) + 1] * G[v][1]) + (half[(u * 3) + 2] * G[v][2]);
                        transformed[((((u * Edge) + v) * inputs) + i) * outputs + o] = (float)value;
                    }
                }
            }
        }

        return transformed;
    }

    /// <param name="x">Pixels, channels innermost.</param>
    /// <param name="v">Receives [36, count, channels].</param>
    /// <param name="block">Where the tiles lie.</param>
    /// <param name="first">First tile of this part, in the block.</param>
    /// <param name="end">One past its last.</param>
    /// <param name="channels">A multiple of eight.</param>
    public static void Input(float* x, float* v, TileBlock block, int first, int end, int channels)
    {
        float* zeros = stackalloc float[channels];
        new Span<float>(zeros, channels).Clear();
        float** at = stackalloc float*[Points];
        Vector256<float>* rows = stackalloc Vector256<float>[Points];
        for (int tile = first; tile < end; tile++)
        {
            for (int i = 0; i < Points; i++)
            {
                int pixel = block.Pixel(tile, (i / Edge) - 1, (i % Edge) - 1);
                at[i] = pixel < 0 ? zeros : x + ((long)pixel * channels);
            }

            for (int c = 0; c < channels; c += Vector256<float>.Count)
            {
                for (int j = 0; j < Edge; j++)
                {
                    Spread(
                        Vector256.Load(at[j] + c), Vector256.Load(at[6 + j] + c), Vector256.Load(at[12 + j] + c),
                        Vector256.Load(at[18 + j] + c), Vector256.Load(at[24 + j] + c), Vector256.Load(at[30 + j] + c), rows + j, Edge);
                }

                float* to = v + ((long)tile * channels) + c;
                long plane = (long)block.Count * channels;
                for (int i = 0; i < Edge; i++)
                {
                    Vector256<float>* row = rows + (i * Edge);
                    Spread(row[0], row[1], row[2], row[3], row[4], row[5], row, 1);
                    for (int j = 0; j < Edge; j++) row[j].Store(to + (((i * Edge) + j) * plane));
                }
            }
        }
    }

    /// <param name="m">[36, count, channels].</param>
    /// <param name="y">Pixels, channels innermost.</param>
    /// <param name="block">Where the tiles lie.</param>
    /// <param name="first">First tile of this part, in the block.</param>
    /// <param name="end">One past its last.</param>
    /// <param name="bias">One a channel; channels are a multiple of eight.</param>
    /// <param name="add">Whether what the pixels hold is added, before the activation.</param>
    /// <param name="activation">After the bias.</param>
    public static void Output(float* m, float* y, TileBlock block, int first, int end, float[] bias, bool add, Activation activation)
    {
        int channels = bias.Length;
        const int side = WinogradTiles.Side;
        long plane = (long)block.Count * channels;
        int* pixels = stackalloc int[side * side];
        Vector256<float>* rows = stackalloc Vector256<float>[side * Edge];
        Vector256<float>* outputs = stackalloc Vector256<float>[side];
        Vector256<float> low = activation == Activation.None ? Vector256.Create(float.NegativeInfinity) : Vector256<float>.Zero;
        Vector256<float> high = Vector256.Create(activation == Activation.Relu6 ? 6 : float.PositiveInfinity);
        for (int tile = first; tile < end; tile++)
        {
            for (int i = 0; i < side * side; i++) pixels[i] = block.Pixel(tile, i / side, i % side);
            for (int c = 0; c < channels; c += Vector256<float>.Count)
            {
                float* from = m + ((long)tile * channels) + c;
                for (int j = 0; j < Edge; j++)
                {
                    Gather(
                        Vector256.Load(from + (j * plane)), Vector256.Load(from + ((6 + j) * plane)), Vector256.Load(from + ((12 + j) * plane)),
                        Vector256.Load(from + ((18 + j) * plane)), Vector256.Load(from + ((24 + j) * plane)), Vector256.Load(from + ((30 + j) * plane)),
                        rows + j, Edge);
                }

                Vector256<float> shift = Vector256.LoadUnsafe(ref bias[c]);
                for (int i = 0; i < side; i++)
                {
                    Vector256<float>* row = rows + (i * Edge);
                    Gather(row[0], row[1], row[2], row[3], row[4], row[5], outputs, 1);
                    for (int j = 0; j < side; j++)
                    {
                        int pixel = pixels[(i * side) + j];
                        if (pixel < 0) continue;
                        float* to = y + ((long)pixel * channels) + c;
                        Vector256<float> value = add ? outputs[j] + shift + Vector256.Load(to) : outputs[j] + shift;
                        Vector256.Min(Vector256.Max(value, low), high).Store(to);
                    }
                }
            }
        }
    }

    /// <summary>Bᵀ times a column of six.</summary>
    private static void Spread(
        Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d, Vector256<float> e, Vector256<float> f, Vector256<float>* to, int step)
    {
        Vector256<float> evens = e - (c * 4f), odds = d - (b * 4f), even = e - c, odd = (d - b) * 2f;
        to[0] = (a * 4f) - (c * 5f) + e;
        to[step] = evens + odds;
        to[2 * step] = evens - odds;
        to[3 * step] = even + odd;
        to[4 * step] = even - odd;
        to[5 * step] = (b * 4f) - (d * 5f) + f;
    }

    /// <summary>Aᵀ times a column of six.</summary>
    private static void Gather(
        Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d, Vector256<float> e, Vector256<float> f, Vector256<float>* to, int step)
    {
        Vector256<float> sum = b + c, difference = b - c, farSum = d + e, farDifference = d - e;
        to[0] = a + sum + farSum;
        to[step] = difference + (farDifference * 2f);
        to[2 * step] = sum + (farSum * 4f);
        to[3 * step] = difference + (farDifference * 8f) + f;
    }
}
