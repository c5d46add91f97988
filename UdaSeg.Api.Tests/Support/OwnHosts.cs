using Microsoft.Extensions.Logging.Abstractions;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Imaging.Datasets.Owned;

namespace UdaSeg.Api.Tests.Support;

/// <summary>The service's own data sets as one host sees them.</summary>
internal static class OwnHosts
{
    /// <summary>A server that has no others.</summary>
    public static OwnedDatasets Alone(string dataRoot) => Of(dataRoot, null);

    /// <summary>One of several that share an artifact store.</summary>
    public static OwnedDatasets Of(string dataRoot, IArtifactStore? shared) =>
        new(new OwnedFolders(dataRoot), shared, TimeProvider.System, NullLogger<OwnedDatasets>.Instance);
}
