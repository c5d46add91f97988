using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace UdaSeg.Api.Tests.Onnx;

/// <summary>An exported file in the eyes of ONNX Runtime, which shares no code with the exporter.</summary>
internal sealed class OnnxRun : IDisposable
{
    public OnnxRun(byte[] file)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 2 };
        Session = new InferenceSession(file, options);
    }

    public InferenceSession Session { get; }

    /// <returns>The only output, row-major, and its shape.</returns>
    public (float[] Values, int[] Shape) Answer(float[] image, int[] shape)
    {
        NamedOnnxValue input = NamedOnnxValue.CreateFromTensor(Session.InputNames.Single(), new DenseTensor<float>(image, shape));
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> answer = Session.Run([input]);
        var logits = (DenseTensor<float>)answer.Single().AsTensor<float>();
        return (logits.ToArray(), logits.Dimensions.ToArray());
    }

    public void Dispose() => Session.Dispose();
}
