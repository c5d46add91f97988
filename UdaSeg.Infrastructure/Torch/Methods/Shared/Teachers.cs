using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Images;
using UdaSeg.Infrastructure.Torch.Network;
using UdaSeg.Infrastructure.Torch.Stages;

namespace UdaSeg.Infrastructure.Torch.Methods.Shared;

/// <summary>Models of earlier stages, frozen.</summary>
internal static class Teachers
{
    /// <returns>In evaluation mode, without gradients; dispose it.</returns>
    public static DeepLabV3Plus Of(StageContext context, int stage)
    {
        DeepLabV3Plus teacher = NetworkFactory.Create(
            CheckpointArchitecture.Of(context.Plan.Network), context.Classes, context.Plan.Seed, context.Device, context.Plan.Compute.ChannelsLast);
        NetworkWeights.Restore(NetworkState.Of(teacher), context.Artifacts.Weights(stage));
        foreach (TorchSharp.Modules.Parameter parameter in teacher.parameters()) parameter.requires_grad = false;
        teacher.eval();
        return teacher;
    }

    /// <summary>The mean of several models' probabilities.</summary>
    /// <param name="teachers">At least one.</param>
    /// <param name="image">Any size.</param>
    public static Prediction Mean(IReadOnlyList<Inference> teachers, RgbImage image)
    {
        float[]? sum = null;
        foreach (Inference teacher in teachers)
        {
            float[] probabilities = teacher.Predict(image, image.Width, image.Height, withProbabilities: true).Probabilities!;
            if (sum is null) sum = probabilities;
            else for (int i = 0; i < sum.Length; i++) sum[i] += probabilities[i];
        }

        return ArgMax(sum!, image.Width * image.Height, teachers.Count);
    }

    private static Prediction ArgMax(float[] sums, int pixels, int teachers)
    {
        var labels = new byte[pixels];
        var confidences = new float[pixels];
        sums.AsSpan(0, pixels).CopyTo(confidences);
        for (int c = 1; c < sums.Length / pixels; c++)
        {
            ReadOnlySpan<float> plane = sums.AsSpan(c * pixels, pixels);
            for (int p = 0; p < pixels; p++)
            {
                if (plane[p] > confidences[p]) (confidences[p], labels[p]) = (plane[p], (byte)c);
            }
        }

        for (int p = 0; p < pixels; p++) confidences[p] /= teachers;
        return new Prediction(labels, confidences, null);
    }
}
