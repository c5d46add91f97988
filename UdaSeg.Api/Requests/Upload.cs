using System.Text;
using UdaSeg.Domain.Errors;

namespace UdaSeg.Api.Requests;

/// <summary>A body's files and fields, wholly in memory within the upload limit: nothing goes to the disk.</summary>
internal sealed class Upload : IDisposable
{
    private const int MaxFieldBytes = 64 << 10;

    private readonly Dictionary<string, PooledBytes> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _fields = new(StringComparer.Ordinal);

    public PooledBytes? File(string name) => _files.GetValueOrDefault(name);

    /// <returns>Null when the field is absent or blank, as browsers send unfilled ones.</returns>
    public string? Field(string name) => _fields.TryGetValue(name, out string? value) && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    /// <exception cref="RuleViolationException"><c>missing-part</c> (400).</exception>
    public PooledBytes Required(string name) => File(name) ?? throw FormParts.Missing(name, $"The part '{name}' is missing.");

    /// <summary>Reads multipart/form-data.</summary>
    /// <param name="request">Read to its end.</param>
    /// <param name="maxBytes">Of the whole body.</param>
    /// <param name="files">Names of parts that are files.</param>
    /// <param name="fields">Names of text parts.</param>
    /// <exception cref="RuleViolationException">As <see cref="FormParts.ReadAsync"/>.</exception>
    public static async Task<Upload> ReadFormAsync(HttpRequest request, long maxBytes, string[] files, string[] fields)
    {
        Upload upload = new();
        CancellationToken cancel = request.HttpContext.RequestAborted;
        try
        {
            await FormParts.ReadAsync(request, maxBytes, [.. files, .. fields], (name, part) => upload.AddAsync(name, part, files, cancel), cancel);
            return upload;
        }
        catch
        {
            upload.Dispose();
            throw;
        }
    }

    /// <summary>The body as one file.</summary>
    /// <exception cref="RuleViolationException"><c>missing-body</c> (400), <c>body-too-large</c> (413).</exception>
    public static async Task<PooledBytes> ReadBodyAsync(HttpRequest request, long maxBytes)
    {
        PooledBytes bytes = await PooledBytes.ReadAsync(FormParts.Limited(request, maxBytes), request.ContentLength, request.HttpContext.RequestAborted);
        if (bytes.Span.Length > 0) return bytes;
        bytes.Dispose();
        throw new RuleViolationException(RuleKind.Malformed, "missing-body", "The body is empty; an image was expected.");
    }

    /// <inheritdoc cref="PooledBytes.Hold"/>
    public IDisposable Hold() => new Holds([.. _files.Values.Select(f => f.Hold())]);

    public void Dispose()
    {
        foreach (PooledBytes file in _files.Values) file.Dispose();
    }

    private async Task AddAsync(string name, Stream part, string[] files, CancellationToken cancel)
    {
        if (files.Contains(name))
        {
            _files[name] = await PooledBytes.ReadAsync(part, null, cancel);
            return;
        }

        using PooledBytes text = await PooledBytes.ReadAsync(new LimitedStream(part, MaxFieldBytes), null, cancel);
        _fields[name] = Encoding.UTF8.GetString(text.Span);
    }

    private sealed class Holds(IDisposable[] all) : IDisposable
    {
        public void Dispose()
        {
            foreach (IDisposable hold in all) hold.Dispose();
        }
    }
}
