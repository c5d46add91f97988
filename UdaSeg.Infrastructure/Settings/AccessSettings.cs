namespace UdaSeg.Infrastructure.Settings;

/// <summary>What somebody may do; each may do what those before it may.</summary>
public enum AccessRole
{
    /// <summary>Reads, aligns, segments, compares.</summary>
    Viewer,

    /// <summary>Also registers data sets, imports checkpoints, trains and evaluates.</summary>
    Trainer,

    /// <summary>Also decides what is served and what is deleted for good.</summary>
    Admin,
}

/// <summary>A key that the service accepts, known by its hash alone.</summary>
public sealed record ApiKeySettings
{
    /// <summary>Whose it is, for people; unique.</summary>
    public string Name { get; init; } = "";

    /// <summary><c>viewer</c>, <c>trainer</c> or <c>admin</c>. Text, so that a fault in it is told without repeating what may be a key in the wrong place.</summary>
    public string Role { get; init; } = "";

    /// <summary>64 hex digits: the SHA-256 of the key's UTF-8.</summary>
    public string Sha256 { get; init; } = "";

    // A record prints its members; a hash is a start for guessing what a person thought up.
    private bool PrintMembers(System.Text.StringBuilder text)
    {
        text.Append($"Name = {Name}, Role = {Role}");
        return true;
    }
}

/// <summary>Whose tokens are accepted beside keys.</summary>
public sealed record OidcSettings
{
    /// <summary>An OpenID Connect issuer's address, whose discovery document names its keys. Empty: no tokens.</summary>
    public string Authority { get; init; } = "";

    /// <summary>What a token's <c>aud</c> must name.</summary>
    public string Audience { get; init; } = "";

    /// <summary>The claim that holds <c>viewer</c>, <c>trainer</c> or <c>admin</c>, alone or in a list; the highest counts.</summary>
    public string RoleClaim { get; init; } = "role";

    /// <summary>The claim that names the holder, for people.</summary>
    public string NameClaim { get; init; } = "sub";

    public bool IsSet => Authority.Length > 0;
}

/// <summary>The queue's dashboard at <c>/hangfire</c>.</summary>
public sealed record HangfireSettings
{
    /// <summary>Whether jobs can be deleted and queued again there. Our tables do not learn of it, so it is for repairs only.</summary>
    public bool Writable { get; init; }
}
