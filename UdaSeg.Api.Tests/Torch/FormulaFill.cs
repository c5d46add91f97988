using static TorchSharp.torch;

namespace UdaSeg.Api.Tests.Torch;

/// <summary>Parameters and input from the formulas that the golden file states.</summary>
internal static class FormulaFill
{
    /// <summary>t = 1-based position in the ordinal order of names, j = position in the tensor.</summary>
    public static void Fill(SortedDictionary<string, Tensor> state)
    {
        using var noGrad = no_grad();
        int t = 0;
        foreach ((string name, Tensor tensor) in state)
        {
            t++;
            var values = new float[tensor.numel()];
            Func<double, double> rule = Rule(name, tensor.shape);
            for (int j = 0; j < values.Length; j++) values[j] = (float)rule(Math.Sin((0.37 * j) + t));
            tensor.copy_(from_array(values).reshape(tensor.shape));
        }
    }

    // [1, 3, H, W] float32
    public static Tensor Input(int height, int width)
    {
        var values = new float[3 * height * width];
        for (int c = 0, at = 0; c < 3; c++)
        {
            for (int i = 0; i < height; i++)
            {
                for (int j = 0; j < width; j++) values[at++] = (float)Math.Sin((0.05 * i) + (0.11 * j) + c);
            }
        }

        return from_array(values).reshape(1, 3, height, width);
    }

    private static Func<double, double> Rule(string name, long[] shape)
    {
        if (name.EndsWith("running_var", StringComparison.Ordinal)) return sine => 1 + (0.1 * sine * sine);
        if (name.EndsWith("running_mean", StringComparison.Ordinal) || name.EndsWith("bias", StringComparison.Ordinal)) return sine => 0.1 * sine;
        if (shape.Length == 1) return sine => 1 + (0.1 * sine);
        double scale = Math.Sqrt(2.0 / shape[1..].Aggregate(1L, (a, b) => a * b));
        return sine => scale * sine;
    }
}
