using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Authentication;
using UdaSeg.Api.Interop.Inference;
using UdaSeg.Api.Interop.LabelStudio;
using UdaSeg.Api.Security;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Limits;

/// <summary>What one caller may ask for, and how many wrong keys one address may show. Counted by this process alone: several servers each count for themselves.</summary>
internal sealed class Quotas(UdaSegSettings settings) : IDisposable
{
    /// <summary>IPv6 gives a customer a network of this size, and one machine may use every address in it.</summary>
    private const int NetworkBytes = 8;

    /// <summary>What orchestrators and other tools ask all the time.</summary>
    private static readonly PathString[] SignsOfLife = ["/health", InferenceEndpoints.Root + "/health", LabelStudioEndpoints.Root + "/health"];

    private readonly Quota _requests = new(settings.Limits.RequestsPerMinute, "requests"),
        _posts = new(settings.Limits.PostsPerMinute, "POST requests"),
        _refusedKeys = new(settings.Limits.RefusedKeysPerMinute, "keys that are not known, from one address,");

    /// <summary>Before the key is looked at, or its answer would tell a guesser whether it is right.</summary>
    public Task GuardKeysAsync(HttpContext context, RequestDelegate next)
    {
        if (ShowsKey(context.Request)) _refusedKeys.Check(AddressOf(context));
        return next(context);
    }

    /// <summary>Once the caller is known, and before the body is read.</summary>
    public async Task ChargeAsync(HttpContext context, RequestDelegate next)
    {
        if (!IsSignOfLife(context.Request))
        {
            await ChargeRefusedKeyAsync(context);
            string caller = CallerOf(context);
            _requests.Take(caller);
            if (HttpMethods.IsPost(context.Request.Method)) _posts.Take(caller);
        }

        await next(context);
    }

    public void Dispose()
    {
        _requests.Dispose();
        _posts.Dispose();
        _refusedKeys.Dispose();
    }

    /// <summary>One key's or token's holder is one caller from everywhere; whoever shows neither is known by the address.</summary>
    private static string CallerOf(HttpContext context) => Caller.Of(context.User) switch
    {
        null or { Kind: CallerKind.Anybody } => AddressOf(context),
        { Kind: CallerKind.Token } token => $"token {token.Name}",
        { } caller => $"key {caller.Name}",
    };

    /// <summary>Behind a proxy the caller's own, where forwarded headers are switched on. A Unix socket has none.</summary>
    private static string AddressOf(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } address) return "socket";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return $"address {address}";
        byte[] bytes = address.GetAddressBytes();
        Array.Clear(bytes, NetworkBytes, bytes.Length - NetworkBytes);
        return $"address {new IPAddress(bytes)}";
    }

    // The cookie of a session is sealed and not to be guessed; when it has ended, pages go on asking with it for a while.
    private bool ShowsKey(HttpRequest request) =>
        !settings.IsOpen && !IsSignOfLife(request) && (request.Headers.ContainsKey(AccessScheme.KeyHeader) || request.Headers.Authorization.Count > 0);

    private async Task ChargeRefusedKeyAsync(HttpContext context)
    {
        if (!ShowsKey(context.Request)) return;
        AuthenticateResult known = await context.AuthenticateAsync(AccessScheme.Name); // once a request: the scheme remembers
        if (known.Failure is not null and not IssuerAwayException) _refusedKeys.Take(AddressOf(context));
    }

    private static bool IsSignOfLife(HttpRequest request) => SignsOfLife.Any(path => request.Path.StartsWithSegments(path));
}
