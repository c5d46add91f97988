using System.Buffers.Text;
using System.Net.Http.Headers;
using UdaSeg.Api.Requests;
using UdaSeg.Domain.Errors;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Interop.LabelStudio;

/// <summary>
/// A task's image: in its data as a <c>data:</c> URI, or on the one Label Studio that the operator named. Whatever a request says, no other origin is asked,
/// redirects are not followed, and the token goes nowhere else. That origin may have a private address: it is the operator's word, not a client's.
/// </summary>
internal sealed class TaskImages(UdaSegSettings settings, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(5);

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectTimeout = ConnectPatience,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2), // so that a new address of the host is seen
    })
    { Timeout = Timeout.InfiniteTimeSpan };

    /// <param name="value">As the task's data have it.</param>
    /// <param name="cancel">Stops fetching.</param>
    /// <returns>Dispose it after use.</returns>
    /// <exception cref="RuleViolationException">
    /// <c>task-image-unusable</c>, <c>task-image-refused</c>, <c>task-image-unavailable</c> (422), <c>body-too-large</c> (413).
    /// </exception>
    public Task<PooledBytes> ReadAsync(string value, CancellationToken cancel) =>
        value.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? FromDataAsync(value, cancel) : FetchAsync(AddressOf(value), cancel);

    public void Dispose() => _http.Dispose();

    private static Task<PooledBytes> FromDataAsync(string uri, CancellationToken cancel)
    {
        int comma = uri.IndexOf(',');
        ReadOnlySpan<char> head = comma < 0 ? "" : uri.AsSpan(0, comma), text = uri.AsSpan(comma + 1);
        if (!head.EndsWith(";base64", StringComparison.OrdinalIgnoreCase) || !Base64.IsValid(text, out int length) || length == 0)
        {
            throw Unusable("task-image-unusable", "A data URI must have the image in base64.");
        }

        return PooledBytes.ReadAsync(new MemoryStream(Convert.FromBase64String(text.ToString())), length, cancel);
    }

    /// <summary>Uploads are written as paths; what comes out must lie on the one origin, however it was written.</summary>
    private Uri AddressOf(string value)
    {
        string host = settings.LabelStudio.Host;
        if (host.Length == 0)
        {
            throw Unusable("task-image-refused", "This server fetches no images: set UdaSeg:LabelStudio:Host, or put the images into the tasks as data URIs.");
        }

        // Told which it is: a path alone would count as a file's absolute address on this system.
        Uri origin = new(host);
        return Uri.TryCreate(value, value.StartsWith('/') ? UriKind.Relative : UriKind.Absolute, out Uri? written)
            && Uri.TryCreate(origin, written, out Uri? address) && address.UserInfo.Length == 0
            && address.Scheme == origin.Scheme && address.IdnHost == origin.IdnHost && address.Port == origin.Port
            ? address
            : throw Unusable("task-image-refused", "Images are fetched from the configured Label Studio alone, and this one is not there.");
    }

    private async Task<PooledBytes> FetchAsync(Uri address, CancellationToken cancel)
    {
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(settings.LabelStudio.FetchSeconds), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Get, address);
            if (settings.LabelStudio.ApiToken.Length > 0) request.Headers.Authorization = new AuthenticationHeaderValue("Token", settings.LabelStudio.ApiToken);
            using HttpResponseMessage answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (answer.StatusCode != System.Net.HttpStatusCode.OK) throw Unavailable($"it answered with status {(int)answer.StatusCode}");
            long limit = settings.Limits.MaxUploadBytes;
            if (answer.Content.Headers.ContentLength > limit) throw LimitedStream.TooLarge(limit, answer.Content.Headers.ContentLength.Value);
            await using Stream body = await answer.Content.ReadAsStreamAsync(either.Token);
            return await PooledBytes.ReadAsync(new LimitedStream(body, limit), answer.Content.Headers.ContentLength, either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw Unavailable($"it took more than {settings.LabelStudio.FetchSeconds} seconds");
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            throw Unavailable("it cannot be reached, or broke off", fault);
        }
    }

    private static RuleViolationException Unavailable(string why, Exception? inner = null) =>
        Unusable("task-image-unavailable", $"The image could not be had from Label Studio: {why}.", inner);

    private static RuleViolationException Unusable(string code, string message, Exception? inner = null) => new(RuleKind.Unusable, code, message, inner: inner);
}
