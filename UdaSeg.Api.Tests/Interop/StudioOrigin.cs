using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace UdaSeg.Api.Tests.Interop;

/// <summary>A Label Studio that has nothing but files, on a free loopback port. It remembers what it was asked.</summary>
internal sealed class StudioOrigin : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StudioOrigin(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    /// <summary>Path and Authorization.</summary>
    public ConcurrentQueue<(string Path, string Authorization)> Asked { get; } = new();

    public static async Task<StudioOrigin> StartAsync(RequestDelegate answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        StudioOrigin origin = new(builder.Build());
        origin._app.Run(async context =>
        {
            origin.Asked.Enqueue((context.Request.Path + context.Request.QueryString, context.Request.Headers.Authorization.ToString()));
            await answer(context);
        });
        await origin._app.StartAsync();
        return origin;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
