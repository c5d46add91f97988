using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace UdaSeg.Infrastructure.Persistence;

/// <summary>The tables. Nothing here is particular to a provider; each has a context of its own, because it has migrations of its own.</summary>
internal abstract class UdaSegDbContext(DbContextOptions options) : DbContext(options)
{
    private const int NameLength = 200;
    private const int StatusLength = 20;

    public DbSet<DatasetRow> Datasets => Set<DatasetRow>();

    public DbSet<LabelSpaceRow> LabelSpaces => Set<LabelSpaceRow>();

    public DbSet<RunRow> Runs => Set<RunRow>();

    public DbSet<RunOutputRow> RunOutputs => Set<RunOutputRow>();

    public DbSet<RunEventRow> RunEvents => Set<RunEventRow>();

    public DbSet<CheckpointRow> Checkpoints => Set<CheckpointRow>();

    public DbSet<AliasRow> Aliases => Set<AliasRow>();

    public DbSet<EvaluationRow> Evaluations => Set<EvaluationRow>();

    public DbSet<StudyRow> Studies => Set<StudyRow>();

    public DbSet<IdempotencyRow> IdempotencyKeys => Set<IdempotencyRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<DatasetRow>(row =>
        {
            Listed(row.ToTable("datasets"));
            row.Property(r => r.Name).HasMaxLength(NameLength);
            row.Property(r => r.Status).HasConversion<string>().HasMaxLength(StatusLength);
            row.Property(r => r.Version).IsConcurrencyToken();
        });
        modelBuilder.Entity<LabelSpaceRow>(row =>
        {
            row.ToTable("label_spaces").HasKey(r => r.Id);
            row.Property(r => r.Id).HasMaxLength(64);
            row.Property(r => r.Name).HasMaxLength(NameLength);
        });
        modelBuilder.Entity<RunRow>(row =>
        {
            Listed(row.ToTable("runs"));
            row.Property(r => r.Name).HasMaxLength(NameLength);
            row.Property(r => r.Status).HasConversion<string>().HasMaxLength(StatusLength);
            row.HasIndex(r => r.Status);
            row.Property(r => r.LeaseOwner).HasMaxLength(NameLength);
            row.Property(r => r.Version).IsConcurrencyToken();
        });
        modelBuilder.Entity<RunOutputRow>(row =>
        {
            row.ToTable("run_outputs").HasKey(r => new { r.RunId, r.Name });
            row.Property(r => r.Name).HasMaxLength(NameLength);
            row.Property(r => r.Blob).HasMaxLength(512);
            row.HasIndex(r => r.Blob);
        });
        modelBuilder.Entity<RunEventRow>(row =>
        {
            row.ToTable("run_events").HasKey(r => new { r.RunId, r.Sequence });
            row.Property(r => r.Kind).HasMaxLength(StatusLength);
        });
        ConfigureModels(modelBuilder);
    }

    private static void ConfigureModels(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<CheckpointRow>(row =>
        {
            Listed(row.ToTable("checkpoints"));
            row.Property(r => r.Name).HasMaxLength(NameLength);
            row.HasIndex(r => r.RunId);
        });
        modelBuilder.Entity<AliasRow>(row =>
        {
            row.ToTable("checkpoint_aliases").HasKey(r => r.Name);
            row.Property(r => r.Name).HasMaxLength(64);
            row.HasIndex(r => r.CheckpointId);
            row.Property(r => r.Version).IsConcurrencyToken();
        });
        modelBuilder.Entity<EvaluationRow>(row =>
        {
            Listed(row.ToTable("evaluations"));
            row.Property(r => r.Status).HasConversion<string>().HasMaxLength(StatusLength);
            row.HasIndex(r => r.Status);
            row.HasIndex(r => r.RunId);
            row.Property(r => r.Version).IsConcurrencyToken();
        });
        modelBuilder.Entity<StudyRow>(row =>
        {
            Listed(row.ToTable("studies"));
            row.Property(r => r.Name).HasMaxLength(NameLength);
        });
        modelBuilder.Entity<IdempotencyRow>(row =>
        {
            row.ToTable("idempotency_keys").HasKey(r => r.Id);
            row.Property(r => r.Id).HasMaxLength(64);
            row.Property(r => r.Owner).HasMaxLength(NameLength);
            row.Property(r => r.Request).HasMaxLength(64);
            row.HasIndex(r => r.Expires);
        });
    }

    private static void Listed<T>(EntityTypeBuilder<T> row)
        where T : class, IListedRow
    {
        row.HasKey(r => r.Id);
        row.Property(r => r.Id).ValueGeneratedNever();
        row.HasIndex(r => new { r.CreatedAt, r.Id });
    }
}
