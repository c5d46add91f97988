using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using UdaSeg.Domain.Errors;

namespace UdaSeg.Api.Requests;

/// <summary>A body's files and fields, wholly in memory within the upload limit: nothing goes to the disk.</summary>
internal sealed class Upload : IDisposable
{
    private const int MaxFieldBytes = 64 << 10;
    private const int MaxBoundary = 200;

    private readonly Dictionary<string, PooledBytes> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _fields = new(StringComparer.Ordinal);

    public PooledBytes? File(string name) => _files.GetValueOrDefault(name);

    /// <returns>Null when the field is absent or blank, as browsers send unfilled ones.</returns>
    public string? Field(string name) => _fields.TryGetValue(name, out string? value) && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    /// <exception cref="RuleViolationException"><c>missing-part</c> (400).</exception>
    public PooledBytes Required(string name) => File(name) ?? throw Missing(name, $"The part '{name}' is missing.");

    public static RuleViolationException Missing(string name, string message) =>
        new(RuleKind.Malformed, "missing-part", message, new Dictionary<string, string[]> { [name] = [message] });

    /// <summary>Reads multipart/form-data.</summary>
    /// <param name="request">Read to its end.</param>
    /// <param name="maxBytes">Of the whole body.</param>
    /// <param name="files">Names of parts that are files; the rest of <paramref name="fields"/> is text.</param>
    /// <param name="fields">Names of text parts.</param>
    /// <exception cref="RuleViolationException">
    /// <c>unsupported-media-type</c> (415), <c>malformed-multipart</c>, <c>unknown-part</c>, <c>doubled-part</c> (400), <c>body-too-large</c> (413).
    /// </exception>
    public static async Task<Upload> ReadFormAsync(HttpRequest request, long maxBytes, string[] files, string[] fields)
    {
        string boundary = BoundaryOf(request);
        Stream body = Open(request, maxBytes);
        Upload upload = new();
        try
        {
            MultipartReader reader = new(boundary, body);
            while (await reader.ReadNextSectionAsync(request.HttpContext.RequestAborted) is { } section)
            {
                await upload.AddAsync(section, files, fields, request.HttpContext.RequestAborted);
            }
            return upload;
        }
        catch (Exception fault)
        {
            upload.Dispose();
            if (fault is InvalidDataException or IOException and not BadHttpRequestException && !request.HttpContext.RequestAborted.IsCancellationRequested)
            {
                throw Malformed("malformed-multipart", "The multipart body is broken or ends early.", fault);
            }

            throw;
        }
    }

    /// <summary>The body as one file.</summary>
    /// <exception cref="RuleViolationException"><c>missing-body</c> (400), <c>body-too-large</c> (413).</exception>
    public static async Task<PooledBytes> ReadBodyAsync(HttpRequest request, long maxBytes)
    {
        PooledBytes bytes = await PooledBytes.ReadAsync(Open(request, maxBytes), request.ContentLength, request.HttpContext.RequestAborted);
        if (bytes.Span.Length > 0) return bytes;
        bytes.Dispose();
        throw Malformed("missing-body", "The body is empty; an image was expected.");
    }

    public static bool IsForm(HttpRequest request) => request.ContentType?.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase) == true;

    public void Dispose()
    {
        foreach (PooledBytes file in _files.Values) file.Dispose();
    }

    private async Task AddAsync(MultipartSection section, string[] files, string[] fields, CancellationToken cancel)
    {
        string name = ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out ContentDispositionHeaderValue? disposition)
            ? HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? ""
            : "";
        if (_files.ContainsKey(name) || _fields.ContainsKey(name)) throw Malformed("doubled-part", $"The part '{name}' comes twice.");
        if (files.Contains(name))
        {
            _files[name] = await PooledBytes.ReadAsync(section.Body, null, cancel);
        }
        else if (fields.Contains(name))
        {
            using PooledBytes text = await PooledBytes.ReadAsync(new LimitedStream(section.Body, MaxFieldBytes), null, cancel);
            _fields[name] = Encoding.UTF8.GetString(text.Span);
        }
        else
        {
            throw Malformed("unknown-part", $"There is no part '{name}' here; there are {string.Join(", ", files.Concat(fields))}.");
        }
    }

    internal static string BoundaryOf(HttpRequest request)
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

    private static LimitedStream Open(HttpRequest request, long maxBytes)
    {
        if (request.ContentLength > maxBytes) throw LimitedStream.TooLarge(maxBytes, request.ContentLength.Value);

        // The limit is kept by the stream; the server's own would strike first and could not say by how much.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature) feature.MaxRequestBodySize = null;
        return new LimitedStream(request.Body, maxBytes);
    }

    private static RuleViolationException Malformed(string code, string message, Exception? inner = null) =>
        new(RuleKind.Malformed, code, message, inner: inner);
}
