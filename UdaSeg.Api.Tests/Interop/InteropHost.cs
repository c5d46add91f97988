using System.Net.Http.Headers;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Infrastructure.Imaging;

namespace UdaSeg.Api.Tests.Interop;

/// <summary>What the tests of the foreign faces have in common.</summary>
internal static class InteropHost
{
    /// <summary>What <c>POST /segmentations</c> answers for the same image.</summary>
    public static async Task<ushort[]> OwnLabelsAsync(this ResourceHost host, byte[] image) =>
        PngLabelCodec.Read(await (await host.SendAsync(HttpMethod.Post, "/api/v1/segmentations", ResourceHost.Image(image))).BytesAsync()).Values;

    /// <summary>A body as the client's library puts it on the wire.</summary>
    /// <param name="type">Null: the header is absent.</param>
    public static ByteArrayContent Body(byte[] bytes, string? type = null)
    {
        ByteArrayContent body = new(bytes);
        if (type is not null) body.Headers.ContentType = new MediaTypeHeaderValue(type);
        return body;
    }

    /// <summary>Every request has these, whatever Python's requests sends.</summary>
    public static void AddPythonRequests(this HttpRequestHeaders headers, string agent)
    {
        headers.TryAddWithoutValidation("User-Agent", agent);
        headers.TryAddWithoutValidation("Accept-Encoding", "gzip, deflate");
        headers.TryAddWithoutValidation("Accept", "*/*");
        headers.TryAddWithoutValidation("Connection", "keep-alive");
    }
}
