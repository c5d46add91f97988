using Microsoft.EntityFrameworkCore;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Studies;

namespace UdaSeg.Infrastructure.Persistence;

/// <summary>The studies as they were submitted; <see cref="RunLedger.Submit(Study, IReadOnlyList{Domain.Training.TrainingRun})"/> adds them with their runs.</summary>
internal sealed class StudyStore(IDbContextFactory<UdaSegDbContext> contexts)
{
    /// <exception cref="RuleViolationException"><c>study-not-found</c> (404).</exception>
    public async Task<Study> GetAsync(Guid id, CancellationToken cancel)
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        return (await db.Studies.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, cancel))?.ToRecord()
            ?? throw new RuleViolationException(RuleKind.NotFound, "study-not-found", $"There is no study {id}.");
    }

    public async Task<Page<Study>> ListAsync(PageRequest page, CancellationToken cancel)
    {
        await using UdaSegDbContext db = await contexts.CreateDbContextAsync(cancel);
        return await db.Studies.PageAsync(page, r => r.ToRecord(), cancel);
    }
}
