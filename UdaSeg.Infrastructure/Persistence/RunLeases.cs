using Microsoft.EntityFrameworkCore;

namespace UdaSeg.Infrastructure.Persistence;

/// <param name="Run">That someone holds.</param>
/// <param name="Owner">See <see cref="Jobs.LeaseOwner"/>; null where a run is open and no one's, as older versions left it.</param>
/// <param name="Epoch">Of the lease.</param>
/// <param name="Beat">Stands still when the owner does.</param>
internal sealed record LeaseSight(Guid Run, string? Owner, int Epoch, long Beat);

/// <summary>
/// The leases in the run table. No clock is compared across hosts: an owner makes a number grow, and whoever sees it stand still for the time-out by its own
/// clock may take the run away.
/// </summary>
internal sealed class RunLeases(IDbContextFactory<UdaSegDbContext> contexts)
{
    /// <returns>False when the lease is no longer the owner's.</returns>
    public bool Beat(Guid run, string owner, int epoch)
    {
        using UdaSegDbContext db = contexts.CreateDbContext();
        return db.Runs.Where(r => r.Id == run && r.LeaseOwner == owner && r.LeaseEpoch == epoch && RunStatuses.Open.Contains(r.Status))
            .ExecuteUpdate(set => set.SetProperty(r => r.LeaseBeat, r => r.LeaseBeat + 1)) == 1;
    }

    /// <returns>Every lease that is held at this moment.</returns>
    public IReadOnlyList<LeaseSight> Look()
    {
        using UdaSegDbContext db = contexts.CreateDbContext();
        return [.. db.Runs.AsNoTracking().Where(r => RunStatuses.Open.Contains(r.Status)).Select(r => new LeaseSight(r.Id, r.LeaseOwner, r.LeaseEpoch, r.LeaseBeat))];
    }
}
