namespace UdaSeg.Client;

/// <summary>
/// A client of a UdaSeg service. Safe to use from many threads at once. Where an operation answers JSON or bytes, the one named after it answers JSON and
/// the one that ends in <c>FileAsync</c> a stream; a <see cref="FileResponse"/> must be disposed. Failures are a <see cref="UdaSegException"/>.
/// </summary>
public partial class UdaSegClient
{
    /// <summary>
    /// A client with a connection of its own, to be kept as long as the program. It waits as long as an upload or a download takes: give a token to end
    /// it earlier. To bring your own <see cref="HttpClient"/>, as from a factory, use the constructor; its base address must end in a slash.
    /// </summary>
    /// <param name="server">Such as <c>http://127.0.0.1:5080</c>; a path before <c>/api</c> may follow.</param>
    /// <param name="apiKey">Sent as <c>X-Api-Key</c>; null for a server without keys.</param>
    public static UdaSegClient Connect(string server, string? apiKey = null)
    {
        HttpClient http = new() { BaseAddress = new Uri(server.TrimEnd('/') + "/"), Timeout = Timeout.InfiniteTimeSpan };
        if (apiKey is not null) http.DefaultRequestHeaders.Add("X-Api-Key", apiKey);
        return new UdaSegClient(http);
    }
}
