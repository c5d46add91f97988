namespace UdaSeg.Infrastructure.Onnx;

/// <summary>A convolution that does its batch norm's work too: y = weight ∗ x + bias.</summary>
/// <param name="Name">As in the network, without <c>.weight</c>: <c>aspp.pool.conv</c>.</param>
/// <param name="Shape">[outputs, inputs / groups, kernel, kernel].</param>
/// <param name="Weight">Row-major, as many as the shape says.</param>
/// <param name="Bias">One an output channel.</param>
internal sealed record FoldedConvolution(string Name, long[] Shape, float[] Weight, float[] Bias);
