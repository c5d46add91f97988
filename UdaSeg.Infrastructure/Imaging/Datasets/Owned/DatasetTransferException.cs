namespace UdaSeg.Infrastructure.Imaging.Datasets.Owned;

/// <summary>
/// A data set's files could not be brought from one host to another: the disk is full, or the artifact store does not answer. Worth another try.
/// </summary>
internal sealed class DatasetTransferException(string message, Exception inner) : Exception(message, inner);
