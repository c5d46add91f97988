using System.Globalization;
using Microsoft.EntityFrameworkCore;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Infrastructure.Jobs;

/// <summary>
/// Blobs of runs that nothing names: what an attempt wrote and died before it could publish, or published and replaced. They are told by their keys
/// (<c>runs/{id}/e{epoch}/…</c>): one of the present epoch of an open run may be on its way, and is left alone.
/// </summary>
internal sealed class OrphanBlobs(IDbContextFactory<UdaSegDbContext> contexts, IArtifactStore blobs)
{
    private const string Prefix = "runs/";

    /// <returns>How many were deleted.</returns>
    public int Delete(CancellationToken cancel = default)
    {
        int deleted = 0;
        foreach (IGrouping<Guid, (Guid Run, int Epoch, string Key)> ofRun in blobs.List(Prefix).Select(Parse).OfType<(Guid Run, int Epoch, string Key)>().GroupBy(b => b.Run))
        {
            cancel.ThrowIfCancellationRequested();
            foreach (string key in OrphansOf(ofRun.Key, [.. ofRun]))
            {
                blobs.Delete(key);
                deleted++;
            }
        }

        return deleted;
    }

    private List<string> OrphansOf(Guid run, IReadOnlyList<(Guid Run, int Epoch, string Key)> found)
    {
        using UdaSegDbContext db = contexts.CreateDbContext();

        // The run is read first: what is published after this belongs to an epoch that is not touched.
        TrainingRun? now = db.Runs.AsNoTracking().FirstOrDefault(r => r.Id == run)?.ToRecord();
        int live = now is not null && now.IsOpen() ? now.Attempt : now is null ? int.MaxValue : now.Attempt + 1;
        List<string> old = [.. found.Where(b => b.Epoch < live).Select(b => b.Key)];
        HashSet<string> used = [.. db.RunOutputs.Where(o => old.Contains(o.Blob)).Select(o => o.Blob)];
        used.UnionWith(db.Checkpoints.AsNoTracking().Where(c => c.RunId == run).AsEnumerable().Select(c => c.ToRecord().WeightsKey));
        return [.. old.Where(key => !used.Contains(key))];
    }

    internal static (Guid Run, int Epoch, string Key)? Parse(string key) =>
        key.Split('/') is [_, var run, ['e', .. var epoch], _, ..] && Guid.TryParse(run, out Guid id)
            && int.TryParse(epoch, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? (id, number, key)
            : null;
}
