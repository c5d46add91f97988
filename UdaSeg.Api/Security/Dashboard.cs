using Hangfire;
using Hangfire.Dashboard;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Security;

/// <summary>The queue's own pages, for looking when something is stuck. Mapped by hand, as the queue is set up by hand: one storage a host.</summary>
internal static class Dashboard
{
    private const string Path = "/hangfire";

    public static void Map(WebApplication app)
    {
        UdaSegSettings settings = app.Services.GetRequiredService<UdaSegSettings>();
        var options = new DashboardOptions
        {
            Authorization = [], // the route's role decides
            IsReadOnlyFunc = _ => !settings.Hangfire.Writable,
            DisplayStorageConnectionString = false,
            DashboardTitle = "UdaSeg jobs",
            AppPath = "/",
        };
        IApplicationBuilder pages = ((IEndpointRouteBuilder)app).CreateApplicationBuilder();
        pages.Use(Unframed);
        pages.UsePathBase(Path);
        pages.UseMiddleware<AspNetCoreDashboardMiddleware>(app.Services.GetRequiredService<JobStorage>(), options, DashboardRoutes.Routes);
        app.Map(Path + "/{**path}", pages.Build()).Needs(AccessRole.Admin).WithDisplayName("Hangfire dashboard");
    }

    // Its pages bring scripts of their own and no policy; at least no other page shows them as its part.
    private static Task Unframed(HttpContext context, RequestDelegate next)
    {
        context.Response.Headers.XFrameOptions = "DENY";
        return next(context);
    }
}
