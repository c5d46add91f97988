namespace UdaSeg.Infrastructure.Persistence;

/// <summary>A client's Idempotency-Key: a claim while its request is in work, the answer afterwards.</summary>
internal sealed class IdempotencyRow
{
    /// <summary>SHA-256 of caller and key in hex: no text of a client's is in the table, so none is too long, ordered or read by anyone.</summary>
    public required string Id { get; init; }

    /// <summary>Whose request is the one that works. A new number with each claim, so that one that was taken over cannot write any more.</summary>
    public required Guid Claim { get; set; }

    /// <summary>The process that works, see <see cref="Jobs.LeaseOwner"/>.</summary>
    public required string Owner { get; set; }

    /// <summary>The claim's last sign of life.</summary>
    public required long Beat { get; set; }

    /// <summary>When the answer is forgotten.</summary>
    public required long Expires { get; set; }

    /// <summary>0 while the request is in work.</summary>
    public int Status { get; set; }

    /// <summary>SHA-256 of the request that was answered, in hex.</summary>
    public string? Request { get; set; }

    /// <summary>JSON: name to value.</summary>
    public string? Headers { get; set; }

    public byte[]? Body { get; set; }
}
