namespace UdaSeg.Infrastructure.Backup;

/// <param name="Named">What its rows need.</param>
/// <param name="Schema">The last migration that it has had.</param>
internal sealed record CopiedState(NamedFiles Named, string Schema);

/// <summary>Takes and brings back one consistent state of the database, while a server may be at work on it.</summary>
internal interface IDatabaseCopy
{
    /// <summary>Of the copy, within the backup.</summary>
    string FileName { get; }

    /// <summary>Writes a copy, in place of one that is there.</summary>
    /// <returns>Read in the very state that was copied.</returns>
    CopiedState CopyTo(string file);

    /// <exception cref="BackupRefusedException">There is something already where a copy would be brought back to.</exception>
    void CheckEmpty();

    /// <summary>Brings a copy back whole, or not at all.</summary>
    void Restore(string file);

    /// <returns>Whether this build has the migration.</returns>
    bool Knows(string schema);
}
