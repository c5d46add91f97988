namespace UdaSeg.Infrastructure.Artifacts;

/// <summary>The artifact store cannot be reached for now. Waiting helps; a damaged or missing artifact is told by other exceptions.</summary>
internal sealed class ArtifactsUnavailableException(string message, Exception inner) : IOException(message, inner);
