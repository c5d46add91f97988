namespace UdaSeg.Domain.Labels;

/// <param name="Index">The class's index in masks, 0..254.</param>
/// <param name="Name">Unique within its space.</param>
/// <param name="Color">R, G, B, each 0..255.</param>
public sealed record LabelClass(int Index, string Name, IReadOnlyList<int> Color);
