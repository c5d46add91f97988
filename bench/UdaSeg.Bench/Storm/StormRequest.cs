using System.Text;

namespace UdaSeg.Bench.Storm;

/// <summary>A request as it goes over the wire.</summary>
internal sealed record StormRequest(string Method, string Path, string Query, string? ContentType, byte[] Body, string? Accept = null)
{
    private const string Boundary = "storm";

    public static StormRequest Get(string path, string query = "") => new("GET", path, query, null, []);

    public static StormRequest Json(string method, string path, string body) => new(method, path, "", "application/json", Encoding.UTF8.GetBytes(body));

    public static StormRequest Form(string path, params (string Name, byte[] Content)[] parts)
    {
        using var body = new MemoryStream();
        foreach ((string name, byte[] content) in parts)
        {
            body.Write(Encoding.ASCII.GetBytes($"--{Boundary}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{name}.png\"\r\nContent-Type: application/octet-stream\r\n\r\n"));
            body.Write(content);
            body.Write("\r\n"u8);
        }

        body.Write(Encoding.ASCII.GetBytes($"--{Boundary}--\r\n"));
        return new("POST", path, "", $"multipart/form-data; boundary={Boundary}", body.ToArray());
    }

    public HttpRequestMessage ToMessage(Uri server)
    {
        // As it is: without this the client would tidy up what a hostile one sends.
        var uri = new Uri(server.GetLeftPart(UriPartial.Authority) + Path + (Query.Length > 0 ? "?" + Query : ""), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var message = new HttpRequestMessage(new HttpMethod(Method), uri);
        if (Accept is not null) message.Headers.TryAddWithoutValidation("Accept", Accept);
        if (ContentType is null && Body.Length == 0) return message;
        message.Content = new ByteArrayContent(Body);
        if (ContentType is not null) message.Content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
        return message;
    }
}
