using System.Numerics;

namespace UdaSeg.Infrastructure.Torch.Reading;

/// <summary>Soft-max over the classes of a row of pixels, [C, W].</summary>
internal static class SoftMax
{
    /// <summary>The arg-max class of each pixel and its probability.</summary>
    public static void Confidences(ReadOnlySpan<float> logits, int classes, int width, Span<byte> labels, Span<float> confidences)
    {
        Span<int> winners = stackalloc int[Vector<int>.Count];
        int x = 0;
        for (; x <= width - Vector<float>.Count; x += Vector<float>.Count)
        {
            Vector<float> top = new(logits[x..]), sum = Vector<float>.Zero;
            Vector<int> winner = Vector<int>.Zero;
            for (int c = 1; c < classes; c++)
            {
                Vector<float> value = new(logits[((c * width) + x)..]);
                winner = Vector.ConditionalSelect(Vector.GreaterThan(value, top), new Vector<int>(c), winner);
                top = Vector.Max(value, top);
            }

            for (int c = 0; c < classes; c++) sum += Vector.Exp(new Vector<float>(logits[((c * width) + x)..]) - top);
            (Vector<float>.One / sum).CopyTo(confidences[x..]);
            winner.CopyTo(winners);
            for (int i = 0; i < winners.Length; i++) labels[x + i] = (byte)winners[i];
        }

        for (; x < width; x++)
        {
            int winner = 0;
            for (int c = 1; c < classes; c++) winner = logits[(c * width) + x] > logits[(winner * width) + x] ? c : winner;
            float top = logits[(winner * width) + x], sum = 0;
            for (int c = 0; c < classes; c++) sum += MathF.Exp(logits[(c * width) + x] - top);
            (labels[x], confidences[x]) = ((byte)winner, 1 / sum);
        }
    }

    /// <summary>Logits to probabilities, in place.</summary>
    public static void Probabilities(Span<float> logits, int classes, int width)
    {
        int x = 0;
        for (; x <= width - Vector<float>.Count; x += Vector<float>.Count)
        {
            Vector<float> top = new(logits[x..]), sum = Vector<float>.Zero;
            for (int c = 1; c < classes; c++) top = Vector.Max(new Vector<float>(logits[((c * width) + x)..]), top);
            for (int c = 0; c < classes; c++)
            {
                Vector<float> power = Vector.Exp(new Vector<float>(logits[((c * width) + x)..]) - top);
                sum += power;
                power.CopyTo(logits[((c * width) + x)..]);
            }

            for (int c = 0; c < classes; c++) (new Vector<float>(logits[((c * width) + x)..]) / sum).CopyTo(logits[((c * width) + x)..]);
        }

        for (; x < width; x++)
        {
            float top = float.NegativeInfinity, sum = 0;
            for (int c = 0; c < classes; c++) top = MathF.Max(top, logits[(c * width) + x]);
            for (int c = 0; c < classes; c++) sum += logits[(c * width) + x] = MathF.Exp(logits[(c * width) + x] - top);
            for (int c = 0; c < classes; c++) logits[(c * width) + x] /= sum;
        }
    }
}
