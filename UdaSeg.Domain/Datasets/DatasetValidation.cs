namespace UdaSeg.Domain.Datasets;

/// <summary>What looking at every file of a data set found; the set is usable when the report has no errors.</summary>
/// <param name="Samples">Images that a run can use.</param>
/// <param name="Labelled">Samples with a label file.</param>
/// <param name="Bytes">Of images and labels together, as stored.</param>
/// <param name="ContentHash">SHA-256 over names and contents in ordinal order, lower-case hex; null when no file could be listed.</param>
/// <param name="Report">Sentences for the user, and statistics.</param>
public sealed record DatasetValidation(int Samples, int Labelled, long Bytes, string? ContentHash, DatasetReport Report)
{
    /// <summary>SHA-256 of each image file that could be read, 32 bytes each, in the samples' order.</summary>
    public IReadOnlyList<byte[]> ImageDigests { get; init; } = [];

    public DatasetStatus Status => Report.Errors.Count == 0 ? DatasetStatus.Ready : DatasetStatus.Invalid;
}
