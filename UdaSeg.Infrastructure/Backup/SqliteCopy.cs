using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Infrastructure.Backup;

/// <summary>The data root's SQLite file, copied by <c>VACUUM INTO</c>: one transaction, however many writers there are, and no side files.</summary>
internal sealed class SqliteCopy(UdaSegSettings settings) : IDatabaseCopy
{
    private const int BusySeconds = 60;

    public string FileName => "udaseg.db";

    public CopiedState CopyTo(string file)
    {
        if (!File.Exists(settings.DatabasePath)) throw new BackupRefusedException($"There is no database in UdaSeg:DataRoot '{settings.ResolvedDataRoot}'.");
        File.Delete(file);
        using (var source = new SqliteConnection(Path(settings.DatabasePath, SqliteOpenMode.ReadWrite)))
        {
            source.Open();
            using SqliteCommand copy = source.CreateCommand();
            (copy.CommandText, copy.CommandTimeout) = ("VACUUM INTO $file", 0);
            copy.Parameters.AddWithValue("$file", file);
            copy.ExecuteNonQuery();
        }

        using UdaSegDbContext db = Open(file);
        return new CopiedState(NamedFiles.Read(db), db.Database.GetAppliedMigrations().LastOrDefault() ?? "");
    }

    public void CheckEmpty()
    {
        if (File.Exists(settings.DatabasePath))
        {
            throw new BackupRefusedException($"UdaSeg:DataRoot '{settings.ResolvedDataRoot}' has a database already: name another, or move that folder away.");
        }
    }

    public void Restore(string file)
    {
        string temporary = settings.DatabasePath + ".restoring";
        File.Copy(file, temporary, overwrite: true);
        using (Microsoft.Win32.SafeHandles.SafeFileHandle written = File.OpenHandle(temporary, FileMode.Open, FileAccess.ReadWrite)) RandomAccess.FlushToDisk(written);
        File.Move(temporary, settings.DatabasePath);
    }

    public bool Knows(string schema)
    {
        using UdaSegDbContext db = Open(settings.DatabasePath); // opens nothing yet
        return db.Database.GetMigrations().Contains(schema);
    }

    private static SqliteUdaSegDbContext Open(string file) =>
        new(new DbContextOptionsBuilder<SqliteUdaSegDbContext>().UseSqlite(Path(file, SqliteOpenMode.ReadOnly)).Options);

    // Not pooled: a file must be closed before it is read or moved.
    private static string Path(string file, SqliteOpenMode mode) =>
        new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false, DefaultTimeout = BusySeconds }.ToString();
}
