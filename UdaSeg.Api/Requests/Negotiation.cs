using Microsoft.Net.Http.Headers;
using UdaSeg.Api.Errors;

namespace UdaSeg.Api.Requests;

/// <summary>Chooses an answer's media type by <c>Accept</c> (RFC 9110, section 12.5.1).</summary>
internal static class Negotiation
{
    /// <param name="request">Its <c>Accept</c> is read; none means anything.</param>
    /// <param name="offered">What can be produced, the preferred first.</param>
    /// <exception cref="NotAcceptableException">406.</exception>
    public static string Choose(HttpRequest request, params string[] offered)
    {
        IList<MediaTypeHeaderValue> accepted = request.GetTypedHeaders().Accept;
        if (accepted.Count == 0) return offered[0];
        (string? best, double quality) = (null, 0);
        foreach (string type in offered)
        {
            double q = QualityOf(MediaTypeHeaderValue.Parse(type), accepted);
            if (q > quality) (best, quality) = (type, q);
        }

        return best ?? throw new NotAcceptableException(offered);
    }

    /// <summary>The most specific range that covers the type decides, even when a wider one is kinder.</summary>
    private static double QualityOf(MediaTypeHeaderValue type, IList<MediaTypeHeaderValue> accepted) => accepted
        .Where(range => type.IsSubsetOf(range))
        .OrderByDescending(range => range.MatchesAllTypes ? 0 : range.MatchesAllSubTypes ? 1 : 2)
        .Select(range => range.Quality ?? 1)
        .FirstOrDefault();
}
