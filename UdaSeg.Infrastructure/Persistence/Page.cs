using System.Buffers.Text;
using System.Text;
using Microsoft.EntityFrameworkCore;
using UdaSeg.Domain.Errors;

namespace UdaSeg.Infrastructure.Persistence;

/// <param name="Items">Newest first.</param>
/// <param name="NextCursor">Null on the last page.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);

/// <summary>How much of a list, from where: <c>?limit=</c> (1..500, default 50) and <c>?cursor=</c>.</summary>
public sealed record PageRequest(int Limit = PageRequest.DefaultLimit, string? Cursor = null)
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 500;

    /// <exception cref="RuleViolationException"><c>invalid-limit</c> (400).</exception>
    public static PageRequest Of(int? limit, string? cursor) => limit is null or (>= 1 and <= MaxLimit)
        ? new PageRequest(limit ?? DefaultLimit, string.IsNullOrEmpty(cursor) ? null : cursor)
        : throw new RuleViolationException(
            RuleKind.Malformed, "invalid-limit", $"limit must be 1 to {MaxLimit}.", new Dictionary<string, string[]> { ["limit"] = [$"1 to {MaxLimit}."] });
}

/// <summary>Pages by (createdAt, id), so that rows added meanwhile neither shift nor repeat what a client has seen.</summary>
internal static class Paging
{
    public static async Task<Page<TRecord>> PageAsync<TRow, TRecord>(
        this IQueryable<TRow> rows, PageRequest request, Func<TRow, TRecord> read, CancellationToken cancel)
        where TRow : class, IListedRow
    {
        if (request.Cursor is { } cursor)
        {
            (long at, Guid id) = Decode(cursor);
            rows = rows.Where(r => r.CreatedAt < at || (r.CreatedAt == at && r.Id.CompareTo(id) < 0));
        }

        List<TRow> found = await rows.AsNoTracking().OrderByDescending(r => r.CreatedAt)
            .ThenByDescending(r => r.Id).Take(request.Limit + 1).ToListAsync(cancel);
        bool more = found.Count > request.Limit;
        if (more) found.RemoveAt(found.Count - 1);
        return new Page<TRecord>([.. found.Select(read)], more ? Encode(found[^1]) : null);
    }

    private static string Encode(IListedRow last) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes($"{last.CreatedAt}.{last.Id:N}"));

    private static (long At, Guid Id) Decode(string cursor)
    {
        try
        {
            string[] parts = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(cursor)).Split('.');
            if (parts.Length == 2 && long.TryParse(parts[0], out long at) && Guid.TryParseExact(parts[1], "N", out Guid id)) return (at, id);
        }
        catch (FormatException)
        {
            // falls through: the answer is the same for every way of being wrong
        }

        throw new RuleViolationException(RuleKind.Malformed, "invalid-cursor", "The cursor is not one that a list answered.");
    }
}
