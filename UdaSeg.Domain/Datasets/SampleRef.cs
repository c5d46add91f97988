using UdaSeg.Domain.Labels;

namespace UdaSeg.Domain.Datasets;

/// <summary>One image of a data set, and where its label is. Paths are absolute and were resolved inside an allow-listed root.</summary>
/// <param name="Name">The file stem (with its sub-folder, if any), unique in the data set.</param>
/// <param name="ImagePath">PNG, JPEG or WebP.</param>
/// <param name="LabelPath">PNG; null where the data set has no labels.</param>
/// <param name="Mapping">From the label file's values to class indices.</param>
/// <param name="Set">Which of a run's source sets it comes from, counted from 0.</param>
public sealed record SampleRef(string Name, string ImagePath, string? LabelPath, LabelMapping Mapping, int Set = 0);
