using Microsoft.Net.Http.Headers;
using UdaSeg.Domain.Errors;

namespace UdaSeg.Api.Requests;

/// <summary>On which state of a resource a client's request depends: <c>If-Match</c> and <c>If-None-Match</c> of RFC 9110, section 13.</summary>
internal sealed class Precondition
{
    private readonly IList<EntityTagHeaderValue>? _match, _noneMatch;

    private Precondition(IList<EntityTagHeaderValue>? match, IList<EntityTagHeaderValue>? noneMatch) => (_match, _noneMatch) = (match, noneMatch);

    /// <exception cref="RuleViolationException"><c>malformed-precondition</c> (400): one that cannot be read must not be passed over.</exception>
    public static Precondition Of(HttpRequest request) => new(Read(request, HeaderNames.IfMatch), Read(request, HeaderNames.IfNoneMatch));

    /// <param name="etag">Of the resource as it is, with its quotes; null: there is none.</param>
    /// <exception cref="RuleViolationException"><c>precondition-failed</c> (412).</exception>
    public void Require(string? etag)
    {
        if (_match is not null && !Names(_match, etag, useStrongComparison: true)) throw Failed("is not as If-Match says", etag);
        if (_noneMatch is not null && Names(_noneMatch, etag, useStrongComparison: false)) throw Failed("is as If-None-Match forbids", etag);
    }

    /// <returns>Whether a reader has the resource already (304).</returns>
    public bool IsKnown(string etag) => _noneMatch is not null && Names(_noneMatch, etag, useStrongComparison: false);

    private static bool Names(IList<EntityTagHeaderValue> tags, string? etag, bool useStrongComparison) =>
        etag is not null && tags.Any(t => t.Equals(EntityTagHeaderValue.Any) || t.Compare(EntityTagHeaderValue.Parse(etag), useStrongComparison));

    private static IList<EntityTagHeaderValue>? Read(HttpRequest request, string header)
    {
        if (!request.Headers.TryGetValue(header, out var given)) return null;
        return EntityTagHeaderValue.TryParseStrictList([.. given.OfType<string>()], out IList<EntityTagHeaderValue>? tags) && tags.Count > 0
            ? tags
            : throw new RuleViolationException(RuleKind.Malformed, "malformed-precondition", $"{header} is a list of entity tags in quotes, or *.");
    }

    private static RuleViolationException Failed(string what, string? etag) => new(
        RuleKind.PreconditionFailed, "precondition-failed", etag is null ? $"The resource {what}: there is none." : $"The resource {what}: its ETag is {etag}.");
}
