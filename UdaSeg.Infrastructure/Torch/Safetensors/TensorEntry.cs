namespace UdaSeg.Infrastructure.Torch.Safetensors;

/// <summary>One float32 tensor of a file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Empty for a scalar.</param>
/// <param name="Values">Row-major, as many as the shape says.</param>
internal sealed record TensorEntry(string Name, long[] Shape, float[] Values);
