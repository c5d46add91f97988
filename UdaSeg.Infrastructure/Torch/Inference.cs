using TorchSharp;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Images;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Reading;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch;

/// <summary>What a network says of every pixel.</summary>
/// <param name="Labels">Arg-max class, [H·W].</param>
/// <param name="Confidences">Its softmax probability, [H·W].</param>
/// <param name="Probabilities">[C·H·W], only when asked for.</param>
internal sealed record Prediction(byte[] Labels, float[] Confidences, float[]? Probabilities);

/// <summary>A network in evaluation mode on whole images: for pseudo-labels, evaluation and serving alike.</summary>
internal sealed class Inference(DeepLabV3Plus network, Normalisation normalisation, Device device)
{
    /// <param name="image">Any size.</param>
    /// <param name="width">Of the prediction, in pixels.</param>
    /// <param name="height">Of the prediction, in pixels.</param>
    /// <param name="scales">Factors at which the image is seen; probabilities are averaged. Null: 1 only.</param>
    /// <param name="flip">Also the mirrored image.</param>
    /// <param name="withProbabilities">Whether all classes' probabilities are returned.</param>
    /// <param name="window">Each scaled image is seen through windows of this size; null: whole.</param>
    public Prediction Predict(
        RgbImage image, int width, int height, IReadOnlyList<double>? scales = null, bool flip = false, bool withProbabilities = false,
        SlidingWindow? window = null)
    {
        using DisposeScope scope = NewDisposeScope();
        using var mode = inference_mode();
        network.eval();
        Tensor input = ImageTensors.Whole(image, normalisation, device);
        if (scales is null && !flip && Whole(input, window)) return Read(network.call(input).Logits, width, height, withProbabilities);
        return Read(
            scales is null && !flip ? Seen(input, height, width, window) : Averaged(input, height, width, scales ?? [1], flip, window),
            withProbabilities);
    }

    /// <summary>From logits at stride 4: those of full size never exist.</summary>
    private static Prediction Read(Tensor logits, int width, int height, bool withProbabilities)
    {
        using LogitGrid grid = LogitGrid.Of(logits);
        using var reader = new LogitReader(grid, 0, width, height);
        var labels = new byte[width * height];
        var confidences = new float[labels.Length];
        reader.ReadConfidences(labels, confidences, get_num_threads());
        if (!withProbabilities) return new Prediction(labels, confidences, null);
        var probabilities = new float[grid.Classes * labels.Length];
        reader.ReadProbabilities(probabilities, get_num_threads());
        return new Prediction(labels, confidences, probabilities);
    }

    private static Prediction Read(Tensor probabilities, bool withProbabilities)
    {
        (Tensor confidence, Tensor label) = probabilities.max(1);
        return new Prediction(
            label.to(ScalarType.Byte).cpu().data<byte>().ToArray(),
            confidence.cpu().data<float>().ToArray(),
            withProbabilities ? probabilities.contiguous().cpu().data<float>().ToArray() : null);
    }

    // [1, C, height, width]
    private Tensor Probabilities(Tensor input, long height, long width)
    {
        (Tensor logits, _) = network.call(input);
        return nn.functional.softmax(DeepLabV3Plus.Resize(logits, height, width).contiguous(), 1);
    }

    private static bool Whole(Tensor input, SlidingWindow? window) => window is null || (window.Height >= input.shape[2] && window.Width >= input.shape[3]);

    // [1, C, height, width]
    private Tensor Seen(Tensor input, int height, int width, SlidingWindow? window) =>
        Whole(input, window) ? Probabilities(input, height, width) : DeepLabV3Plus.Resize(Windowed(input, window!), height, width);

    /// <summary>The mean of the probabilities of all windows over a pixel.</summary>
    private Tensor Windowed(Tensor input, SlidingWindow window)
    {
        int height = (int)input.shape[2], width = (int)input.shape[3];
        int rows = Math.Min(window.Height, height), columns = Math.Min(window.Width, width);
        Tensor sum = zeros(1, network.classifier.weight.shape[0], height, width, device: device);
        Tensor count = zeros(1, 1, height, width, device: device), one = ones(1, 1, rows, columns, device: device);
        foreach (int y in window.Rows(height))
        {
            foreach (int x in window.Columns(width))
            {
                using DisposeScope scope = NewDisposeScope(); // what one window needs is gone before the next
                Tensor At(Tensor t) => t.narrow(2, y, rows).narrow(3, x, columns);
                At(sum).add_(Probabilities(At(input).contiguous(), rows, columns));
                At(count).add_(one);
            }
        }

        return sum.div_(count);
    }

    private Tensor Averaged(Tensor input, int height, int width, IReadOnlyList<double> scales, bool flip, SlidingWindow? window)
    {
        Tensor? sum = null;
        int count = 0;
        foreach (double factor in scales)
        {
            Tensor scaled = DeepLabV3Plus.Resize(input, Math.Max(16, (long)(input.shape[2] * factor)), Math.Max(16, (long)(input.shape[3] * factor)));
            foreach (bool mirrored in flip ? new[] { false, true } : [false])
            {
                Tensor part = Seen(mirrored ? scaled.flip(3) : scaled, height, width, window);
                if (mirrored) part = part.flip(3);
                sum = sum is null ? part : sum.add(part);
                count++;
            }
        }

        using Scalar parts = (float)count;
        return sum!.div(parts);
    }
}
