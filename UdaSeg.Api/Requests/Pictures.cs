using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace UdaSeg.Api.Requests;

/// <summary>Pictures that browsers keep: their <c>ETag</c> is their content's digest, and a conditional request is answered 304.</summary>
internal static class Pictures
{
    /// <summary>What no later request can see otherwise.</summary>
    public const string Immutable = "private, max-age=31536000, immutable";

    /// <summary>What hangs on files that are not ours, or may be made anew.</summary>
    public const string Revalidated = "private, no-cache";

    public static FileContentHttpResult Of(HttpResponse response, byte[] content, string mediaType, string caching)
    {
        response.Headers.CacheControl = caching;
        return TypedResults.Bytes(content, mediaType, entityTag: new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 16))}\""));
    }
}
