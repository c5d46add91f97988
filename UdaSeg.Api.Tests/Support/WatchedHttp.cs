using System.Collections.Concurrent;
using Amazon.Runtime;

namespace UdaSeg.Api.Tests.Support;

/// <summary>The S3 client's HTTP: notes every request, and may answer some in the server's place or change what it answered.</summary>
internal sealed class WatchedHttp : HttpClientFactory
{
    private readonly ConcurrentQueue<(string Method, string Query)> _requests = [];

    /// <summary>Answers instead of the server; null: the server shall.</summary>
    public Func<HttpRequestMessage, HttpResponseMessage?> Instead { get; set; } = _ => null;

    /// <summary>Sees the server's answer before the client does.</summary>
    public Action<HttpRequestMessage, HttpResponseMessage> Afterwards { get; set; } = (_, _) => { };

    public int Count(string method, string queryPart = "") => _requests.Count(r => r.Method == method && r.Query.Contains(queryPart, StringComparison.Ordinal));

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new Handler(this));

    private sealed class Handler(WatchedHttp watch) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            watch._requests.Enqueue((request.Method.Method, request.RequestUri!.Query));
            if (watch.Instead(request) is { } answer) return answer;
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            watch.Afterwards(request, response);
            return response;
        }
    }
}
