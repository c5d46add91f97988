using TorchSharp;
using UdaSeg.Infrastructure.Torch.Methods.Shared;
using UdaSeg.Infrastructure.Torch.Network;
using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Methods;

/// <summary>What a network says of one image, by channel and pixel.</summary>
/// <param name="Full">Logits at the crop's size.</param>
/// <param name="Coarse">Logits at stride 4.</param>
/// <param name="Features">At stride 4.</param>
internal sealed record Seen(double[][] Full, double[][] Coarse, double[][] Features);

/// <summary>Definitions as loops over pixels in double precision.</summary>
internal static class Slow
{
    // Held: the collector, which these loops keep busy, may take a temporary one away during the native call.
    public static readonly Scalar Half = 0.5f, Three = 3f, Ten = 10f;

    /// <summary>The images of one side of a batch, one after another through the network.</summary>
    public static Seen[] Look(DeepLabV3Plus network, float[] images) => [.. Enumerable.Range(0, StageFixture.Count).Select(i => Look(network, images, i))];

    /// <summary>What both domains were found to be, source first.</summary>
    public static Seen[][] Look(DomainOutputs outputs)
    {
        static Seen[] Split(Tensor full, Tensor coarse, Tensor features) =>
            [.. Enumerable.Range(0, StageFixture.Count).Select(i => new Seen(Rows(full[i].detach()), Rows(coarse[i].detach()), Rows(features[i].detach())))];
        return [Split(outputs.Source, outputs.SourceCoarse, outputs.SourceFeatures), Split(outputs.Target, outputs.TargetCoarse, outputs.TargetFeatures)];
    }

    /// <summary>[N, h, w] or [1, N, h, w] → [N][h·w].</summary>
    public static double[][] Rows(Tensor maps)
    {
        float[] values = maps.to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
        int channels = (int)maps.shape[^3], pixels = values.Length / channels;
        return [.. Enumerable.Range(0, channels).Select(c => Array.ConvertAll(values[(c * pixels)..((c + 1) * pixels)], v => (double)v))];
    }

    /// <summary>[N][h·w] → [1, N, h, w].</summary>
    public static Tensor Map(double[][] rows, int width) =>
        from_array(rows.SelectMany(r => r).Select(v => (float)v).ToArray()).reshape(1, rows.Length, rows[0].Length / width, width);

    public static double[] Column(double[][] rows, int pixel) => Array.ConvertAll(rows, row => row[pixel]);

    public static double[] SoftMax(double[][] logits, int pixel, double temperature = 1)
    {
        double[] exponentials = Array.ConvertAll(Column(logits, pixel), z => Math.Exp(z / temperature));
        return Array.ConvertAll(exponentials, e => e / exponentials.Sum());
    }

    public static double[][] SoftMaxMap(double[][] logits) => Transposed([.. Enumerable.Range(0, logits[0].Length).Select(p => SoftMax(logits, p))]);

    public static double[][] SelfInformationMap(double[][] logits) =>
        [.. SoftMaxMap(logits).Select(row => Array.ConvertAll(row, p => p == 0 ? 0 : -p * Math.Log(p) / Math.Log(logits.Length)))];

    public static int ArgMax(double[][] logits, int pixel)
    {
        double[] column = Column(logits, pixel);
        return Array.IndexOf(column, column.Max());
    }

    /// <summary>Over all labelled pixels of all images; 0 when there is none.</summary>
    public static double CrossEntropy(IReadOnlyList<double[][]> logits, IReadOnlyList<int[]> labels, double temperature = 1)
    {
        double sum = 0;
        int valid = 0;
        for (int image = 0; image < logits.Count; image++)
        {
            for (int p = 0; p < labels[image].Length; p++)
            {
                if (labels[image][p] == 255) continue;
                sum -= Math.Log(SoftMax(logits[image], p, temperature)[labels[image][p]]);
                valid++;
            }
        }

        return valid == 0 ? 0 : sum / valid;
    }

    public static double CrossEntropy(Seen[] seen, byte[] labels, double temperature = 1) =>
        CrossEntropy([.. seen.Select(s => s.Full)], [.. Enumerable.Range(0, seen.Length).Select(i => Labels(labels, i))], temperature);

    public static int[] Labels(byte[] labels, int image) =>
        Array.ConvertAll(labels[(image * StageFixture.Pixels)..((image + 1) * StageFixture.Pixels)], l => (int)l);

    public static int[] AtStrideFour(byte[] labels, int image)
    {
        int[] all = Labels(labels, image);
        const int width = StageFixture.CoarseWidth;
        return [.. Enumerable.Range(0, StageFixture.CoarsePixels).Select(p => all[(p / width * 4 * StageFixture.Width) + (p % width * 4)])];
    }

    /// <summary>Labels where the prediction is the same, else 255.</summary>
    public static int[] Right(double[][] logits, int[] labels) => [.. labels.Select((label, p) => ArgMax(logits, p) == label ? label : 255)];

    /// <summary>The mean feature of some pixels.</summary>
    public static double[] Mean(double[][] features, IEnumerable<int> pixels)
    {
        int[] chosen = [.. pixels];
        return Array.ConvertAll(features, row => chosen.Average(p => row[p]));
    }

    /// <summary>Binary cross-entropy with an answer for all decisions.</summary>
    public static double Domain(IEnumerable<double> decisions, int answer) => decisions.Average(d => Math.Log(1 + Math.Exp(answer == 1 ? -d : d)));

    private static Seen Look(DeepLabV3Plus network, float[] images, int index)
    {
        using DisposeScope scope = NewDisposeScope();
        using var mode = no_grad();
        const int floats = 3 * StageFixture.Pixels;
        Tensor image = from_array(images[(index * floats)..((index + 1) * floats)]).reshape(1, 3, StageFixture.Height, StageFixture.Width);
        (Tensor coarse, Tensor features) = network.call(image);
        return new Seen(Rows(DeepLabV3Plus.Resize(coarse, StageFixture.Height, StageFixture.Width)), Rows(coarse), Rows(features));
    }

    private static double[][] Transposed(double[][] rows) => [.. Enumerable.Range(0, rows[0].Length).Select(c => Array.ConvertAll(rows, row => row[c]))];
}
