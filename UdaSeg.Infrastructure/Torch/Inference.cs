using TorchSharp;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Images;
using UdaSeg.Infrastructure.Torch.Data;
using UdaSeg.Infrastructure.Torch.Network;
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
    public Prediction Predict(RgbImage image, int width, int height, IReadOnlyList<double>? scales = null, bool flip = false, bool withProbabilities = false)
    {
        using DisposeScope scope = NewDisposeScope();
        using var mode = inference_mode();
        network.eval();
        Tensor input = ImageTensors.Whole(image, normalisation, device);
        Tensor probabilities = scales is null && !flip ? Probabilities(input, height, width) : Averaged(input, height, width, scales ?? [1], flip);
        (Tensor confidence, Tensor label) = probabilities.max(1);
        return new Prediction(
            label.to(ScalarType.Byte).cpu().data<byte>().ToArray(),
            confidence.cpu().data<float>().ToArray(),
            withProbabilities ? probabilities.contiguous().cpu().data<float>().ToArray() : null);
    }

    // [1, C, height, width]
    private Tensor Probabilities(Tensor input, int height, int width)
    {
        (Tensor logits, _) = network.call(input);
        return nn.functional.softmax(DeepLabV3Plus.Resize(logits, height, width).contiguous(), 1);
    }

    private Tensor Averaged(Tensor input, int height, int width, IReadOnlyList<double> scales, bool flip)
    {
        Tensor? sum = null;
        int count = 0;
        foreach (double factor in scales)
        {
            Tensor scaled = DeepLabV3Plus.Resize(input, Math.Max(16, (long)(input.shape[2] * factor)), Math.Max(16, (long)(input.shape[3] * factor)));
            foreach (bool mirrored in flip ? new[] { false, true } : [false])
            {
                Tensor part = Probabilities(mirrored ? scaled.flip(3) : scaled, height, width);
                if (mirrored) part = part.flip(3);
                sum = sum is null ? part : sum.add(part);
                count++;
            }
        }

        using Scalar parts = (float)count;
        return sum!.div(parts);
    }
}
