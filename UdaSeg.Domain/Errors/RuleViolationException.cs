namespace UdaSeg.Domain.Errors;

/// <summary>What the request means, as far as the answer's status is concerned.</summary>
public enum RuleKind
{
    /// <summary>Malformed (400).</summary>
    Malformed,

    /// <summary>No such thing (404).</summary>
    NotFound,

    /// <summary>In conflict with the present state (409).</summary>
    Conflict,

    /// <summary>Not in the state that the client named (412).</summary>
    PreconditionFailed,

    /// <summary>Larger than a limit (413).</summary>
    TooLarge,

    /// <summary>Not a supported type (415).</summary>
    Unsupported,

    /// <summary>Understood but unusable (422).</summary>
    Unusable,

    /// <summary>More than the caller's share (429).</summary>
    Quota,

    /// <summary>Busy: come back later (503).</summary>
    Busy,
}

/// <summary>A rule that a request or a data set broke: a stable code in kebab-case, a sentence for the user, and the faulty fields.</summary>
public sealed class RuleViolationException(RuleKind kind, string code, string message, IReadOnlyDictionary<string, string[]>? fields = null, Exception? inner = null)
    : Exception(message, inner)
{
    public RuleKind Kind { get; } = kind;

    /// <summary>Stable; clients switch on it.</summary>
    public string Code { get; } = code;

    public IReadOnlyDictionary<string, string[]> Fields { get; } = fields ?? new Dictionary<string, string[]>();

    /// <summary>For <see cref="RuleKind.TooLarge"/>: the limit and what was asked for, in the unit that the message names.</summary>
    public (long Limit, long Actual)? Exceeded { get; init; }

    /// <summary>For <see cref="RuleKind.Quota"/> and <see cref="RuleKind.Busy"/>: after which asking again is worth it, as far as is known.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
