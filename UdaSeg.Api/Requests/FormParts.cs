using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using UdaSeg.Api.Idempotency;
using UdaSeg.Domain.Errors;

namespace UdaSeg.Api.Requests;

/// <summary>The parts of multipart/form-data one after another, as they arrive.</summary>
internal static class FormParts
{
    private const int MaxBoundary = 200;

    /// <param name="request">Read to its end.</param>
    /// <param name="maxBytes">Of the whole body.</param>
    /// <param name="names">That a part may have, each once.</param>
    /// <param name="read">Reads a part by its name.</param>
    /// <param name="cancel">Stops reading.</param>
    /// <param name="refuse">Makes the refusal of a body that is too large, from the limit and what came; <c>body-too-large</c> without it.</param>
    /// <exception cref="RuleViolationException">
    /// <c>unsupported-media-type</c> (415), <c>malformed-multipart</c>, <c>unknown-part</c>, <c>doubled-part</c> (400), <c>body-too-large</c> (413).
    /// </exception>
    public static async Task ReadAsync(
        HttpRequest request, long maxBytes, string[] names, Func<string, Stream, Task> read, CancellationToken cancel,
        Func<long, long, RuleViolationException>? refuse = null)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        await EachAsync(
            request,
            Limited(request, maxBytes, refuse),
            (name, part) =>
            {
                if (!names.Contains(name)) throw Malformed("unknown-part", $"There is no part '{name}' here; there are {string.Join(", ", names)}.");
                return seen.Add(name) ? read(name, part) : throw Malformed("doubled-part", $"The part '{name}' comes twice.");
            },
            cancel);
    }

    /// <summary>Reads all parts, whatever they are called, for their digest alone.</summary>
    public static Task PassAsync(HttpRequest request, long maxBytes, CancellationToken cancel) =>
        EachAsync(request, Limited(request, maxBytes), (_, _) => Task.CompletedTask, cancel);

    private static async Task EachAsync(HttpRequest request, Stream body, Func<string, Stream, Task> read, CancellationToken cancel)
    {
        var reader = new MultipartReader(BoundaryOf(request), body);
        RequestDigest? digest = request.HttpContext.Features.Get<RequestDigest>();
        try
        {
            while (await reader.ReadNextSectionAsync(cancel) is { } section)
            {
                string name = NameOf(section);
                if (digest is null) await read(name, section.Body);
                else await digest.ReadPartAsync(name, section.Body, read, cancel);
            }
        }
        catch (Exception fault) when (fault is InvalidDataException || (fault is IOException and not BadHttpRequestException && !cancel.IsCancellationRequested))
        {
            throw Malformed("malformed-multipart", "The multipart body is broken or ends early.", fault);
        }
    }

    /// <summary>The body within its limit, which is kept by the stream: the server's own would strike first and could not say by how much.</summary>
    public static LimitedStream Limited(HttpRequest request, long maxBytes, Func<long, long, RuleViolationException>? refuse = null)
    {
        if (request.ContentLength > maxBytes) throw (refuse ?? LimitedStream.TooLarge)(maxBytes, request.ContentLength.Value);
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature) feature.MaxRequestBodySize = null;
        return new LimitedStream(request.Body, maxBytes, refuse);
    }

    public static bool IsForm(HttpRequest request) => request.ContentType?.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase) == true;

    public static RuleViolationException Missing(string name, string message) =>
        new(RuleKind.Malformed, "missing-part", message, new Dictionary<string, string[]> { [name] = [message] });

    private static string NameOf(MultipartSection section) =>
        ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out ContentDispositionHeaderValue? disposition)
            ? HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? ""
            : "";

    private static string BoundaryOf(HttpRequest request)
    {
        if (!IsForm(request) || !MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type))
        {
            throw new RuleViolationException(RuleKind.Unsupported, "unsupported-media-type", "This operation reads multipart/form-data.");
        }

        string? boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        return string.IsNullOrEmpty(boundary) || boundary.Length > MaxBoundary
            ? throw Malformed("malformed-multipart", "The content type has no usable boundary.")
            : boundary;
    }

    private static RuleViolationException Malformed(string code, string message, Exception? inner = null) =>
        new(RuleKind.Malformed, code, message, inner: inner);
}
