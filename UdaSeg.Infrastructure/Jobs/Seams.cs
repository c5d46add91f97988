using UdaSeg.Domain.Datasets;

namespace UdaSeg.Infrastructure.Jobs;

/// <summary>Finds a registered data set's files.</summary>
internal interface ISampleLister
{
    /// <returns>In a stable order. Label paths only where a label file was found.</returns>
    /// <exception cref="IOException">When the folder is gone or cannot be read.</exception>
    IReadOnlyList<SampleRef> List(Dataset dataset);
}

/// <summary>Looks at every file of a data set.</summary>
internal interface IDatasetChecker
{
    /// <returns>The data set as <c>ready</c> or <c>invalid</c>, with counts and report.</returns>
    Dataset Check(Dataset dataset, CancellationToken cancel);
}
