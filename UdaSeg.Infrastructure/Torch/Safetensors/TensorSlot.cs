namespace UdaSeg.Infrastructure.Torch.Safetensors;

/// <summary>One tensor as a file's header announces it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Empty for a scalar.</param>
/// <param name="Begin">First byte after the header's end.</param>
/// <param name="End">One past the last byte.</param>
/// <param name="IsFloat">float32; else an int64 counter, whose values nothing here uses.</param>
internal sealed record TensorSlot(string Name, long[] Shape, long Begin, long End, bool IsFloat);
