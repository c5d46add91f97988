using Microsoft.Net.Http.Headers;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Api.Idempotency;

/// <summary>Holds an answer back until it is kept: whoever has read it may rely on reading it again.</summary>
internal sealed class AnswerCopy : IDisposable
{
    /// <summary>Of the answer that is repeated; the others say something about this one time.</summary>
    private static readonly string[] Kept = [HeaderNames.ContentType, HeaderNames.Location, HeaderNames.ETag];

    private readonly HttpContext _context;
    private readonly Stream _outside;
    private readonly MemoryStream _body = new();

    public AnswerCopy(HttpContext context)
    {
        _context = context;
        _outside = context.Response.Body;
        context.Response.Body = _body;
    }

    public KeptAnswer ToKeep(string request)
    {
        IHeaderDictionary headers = _context.Response.Headers;
        return new(request, _context.Response.StatusCode, Kept.Where(headers.ContainsKey).ToDictionary(n => n, n => headers[n].ToString()), _body.ToArray());
    }

    public async Task SendAsync()
    {
        Dispose();
        _body.Position = 0;
        await _body.CopyToAsync(_outside, _context.RequestAborted);
    }

    /// <summary>What is written from now on goes out.</summary>
    public void Dispose() => _context.Response.Body = _outside;

    /// <summary>Sends a kept answer once more.</summary>
    public static async Task RepeatAsync(HttpContext context, KeptAnswer answer)
    {
        context.Response.StatusCode = answer.Status;
        foreach ((string name, string value) in answer.Headers) context.Response.Headers[name] = value;
        context.Response.Headers[KeyedRoutes.ReplayedHeader] = "true";
        context.Response.ContentLength = answer.Body.Length;
        await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }
}
