using System.Net;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Security;

/// <summary>From which page a browser sends a request. What is no browser names none, and passes.</summary>
internal static class RequestOrigin
{
    private const string FetchSite = "Sec-Fetch-Site";

    /// <summary>Whether it comes from a page of ours, of a named origin, or of none. With <c>*</c> any page may ask, though not with the browser's cookies.</summary>
    public static bool IsAllowed(HttpRequest request, CorsSettings cors) => cors.AnyOrigin || MayUseCookies(request, cors);

    public static bool MayUseCookies(HttpRequest request, CorsSettings cors)
    {
        // Pages cannot set this header. Behind a proxy that ends TLS it is right where the origin differs from the address that we see.
        string site = request.Headers[FetchSite].ToString();
        if (site is "same-origin" or "none") return true;
        string origin = request.Headers.Origin.ToString();
        if (origin.Length == 0) return site.Length == 0;
        return cors.Origins.Contains(origin) || (site.Length == 0 && IsOwn(origin, request));
    }

    /// <summary>Reading may be asked for by links and pictures anywhere; what changes something may not.</summary>
    public static bool Changes(HttpRequest request) =>
        !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && !HttpMethods.IsOptions(request.Method);

    /// <summary>Whether the name is this machine's for itself, which no foreign page's address can be.</summary>
    public static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));

    private static bool IsOwn(string origin, HttpRequest request) =>
        origin.Equals($"{request.Scheme}://{request.Host.Value}", StringComparison.OrdinalIgnoreCase);
}
