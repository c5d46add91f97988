using Microsoft.EntityFrameworkCore;
using UdaSeg.Domain.Datasets;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Infrastructure.Backup;

/// <summary>What the rows of one state of the database cannot do without.</summary>
/// <param name="Artifacts">Keys of published outputs and of checkpoints' weights.</param>
/// <param name="Datasets">Data sets whose files are the service's own.</param>
internal sealed record NamedFiles(IReadOnlySet<string> Artifacts, IReadOnlySet<Guid> Datasets)
{
    public static NamedFiles Read(UdaSegDbContext db)
    {
        HashSet<string> artifacts = [.. db.RunOutputs.Select(o => o.Blob)];
        artifacts.UnionWith(db.Checkpoints.AsNoTracking().AsEnumerable().Select(c => c.ToRecord().WeightsKey));
        IEnumerable<Dataset> owned = db.Datasets.AsNoTracking().Where(d => d.Status == DatasetStatus.Ready).AsEnumerable().Select(d => d.ToRecord())
            .Where(d => d.Origin != DatasetOrigin.Folder);
        return new NamedFiles(artifacts, owned.Select(d => d.Id).ToHashSet());
    }
}
