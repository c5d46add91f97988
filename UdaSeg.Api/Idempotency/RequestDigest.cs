using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Net.Http.Headers;
using UdaSeg.Api.Requests;

namespace UdaSeg.Api.Idempotency;

/// <summary>
/// What a request asks for, in 32 bytes: address, query, kind of body and body. Of a form its parts count, and not the bytes between them: a client that
/// sends a form again draws another boundary.
/// </summary>
internal sealed class RequestDigest
{
    private readonly HttpRequest _request;
    private readonly HashedStream? _body;
    private readonly List<string> _parts = [];

    private RequestDigest(HttpRequest request)
    {
        _request = request;
        if (FormParts.IsForm(request)) request.HttpContext.Features.Set(this); // FormParts tells the parts as they are read
        else request.Body = _body = new HashedStream(request.Body);
    }

    /// <summary>From now on, whoever reads the request's body feeds the digest.</summary>
    public static RequestDigest Begin(HttpRequest request) => new(request);

    /// <summary>Reads the request for its digest alone.</summary>
    /// <param name="request">Read to its end.</param>
    /// <param name="maxBytes">Of a form; other bodies have the server's limit.</param>
    /// <param name="cancel">Stops reading.</param>
    public static async Task<string> OfAsync(HttpRequest request, long maxBytes, CancellationToken cancel)
    {
        RequestDigest digest = Begin(request);
        if (digest._body is null) await FormParts.PassAsync(request, maxBytes, cancel);
        return await digest.EndAsync(cancel);
    }

    /// <summary>Reads a part of a form through the digest, to its end whether or not <paramref name="read"/> does.</summary>
    public async Task ReadPartAsync(string name, Stream part, Func<string, Stream, Task> read, CancellationToken cancel)
    {
        await using var hashed = new HashedStream(part);
        await read(name, hashed);
        _parts.Add($"{Of(name)} {await hashed.EndAsync(cancel)}");
    }

    /// <returns>SHA-256 of the whole, lower-case hex; what was not read yet is read now.</returns>
    public async Task<string> EndAsync(CancellationToken cancel)
    {
        string content = _body is null ? string.Join('\n', _parts.Order(StringComparer.Ordinal)) : await _body.EndAsync(cancel);
        string kind = MediaTypeHeaderValue.TryParse(_request.ContentType, out MediaTypeHeaderValue? type) ? type.MediaType.ToString().ToLowerInvariant() : "";
        return Of(string.Join('\n', _request.Method, _request.GetEncodedPathAndQuery(), kind, content));
    }

    private static string Of(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
