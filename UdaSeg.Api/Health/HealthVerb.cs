namespace UdaSeg.Api.Health;

/// <summary>The verb <c>health</c>: asks a running server whether it is ready. For container engines, whose images need no other HTTP client then.</summary>
internal static class HealthVerb
{
    private const string Ready = "/health/ready";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <param name="url">The server's address, or that of one of its health routes.</param>
    /// <returns>0: ready; 1: not, or no answer; 2: no address.</returns>
    public static int Run(string url, TextWriter output, TextWriter faults)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https"))
        {
            faults.WriteLine("Usage: health --url http://127.0.0.1:5080");
            return 2;
        }

        if (address.AbsolutePath == "/") address = new Uri(address, Ready);
        try
        {
            using HttpClient client = new() { Timeout = Patience };
            using HttpResponseMessage answer = client.Send(new HttpRequestMessage(HttpMethod.Get, address));
            using StreamReader body = new(answer.Content.ReadAsStream());
            output.WriteLine(body.ReadToEnd());
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException or IOException)
        {
            faults.WriteLine($"{address}: {fault.Message}");
            return 1;
        }
    }
}
