using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using Microsoft.Net.Http.Headers;
using UdaSeg.Api.Interop.HuggingFace;
using UdaSeg.Api.Interop.Inference;
using UdaSeg.Api.Interop.LabelStudio;
using UdaSeg.Api.Security;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Pages;

/// <summary>
/// The web pages at <c>/</c>: files that need no build and no other server. They use the public interface alone, so another front end can stand in their
/// place (<c>UdaSeg:PagesFolder</c>).
/// </summary>
internal static class SitePages
{
    private const string Index = "index.html";

    /// <summary>Addresses that the pages themselves tell apart; each is answered with the same document.</summary>
    private static readonly string[] Routes =
    [
        "/", "/align", "/segment", "/datasets/{id?}", "/runs/{id?}", "/checkpoints/{id?}", "/evaluations/{id?}", "/studies/{id?}",
    ];

    /// <summary>Their answers are packed already, or so large that packing them costs more than it saves.</summary>
    private static readonly string[] Interfaces = ["/api", InferenceEndpoints.Root, HuggingFaceEndpoint.Root, LabelStudioEndpoints.Root];

    /// <summary>Before the endpoints, so that a file is found without asking them.</summary>
    public static void UseSitePages(this WebApplication app)
    {
        UdaSegSettings settings = app.Services.GetRequiredService<UdaSegSettings>();
        if (settings.Role == ServerRole.Worker) return;
        string folder = FolderOf(settings);
        string policy = PagePolicy.For(File.ReadAllText(Path.Combine(folder, Index)));
        var types = new FileExtensionContentTypeProvider { Mappings = { [".mjs"] = "text/javascript", [".js"] = "text/javascript" } };
        app.UseWhen(static context => !Interfaces.Any(path => context.Request.Path.StartsWithSegments(path)), static pages => pages.UseResponseCompression());
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = new PhysicalFileProvider(folder),
            ContentTypeProvider = types,
            OnPrepareResponse = context => Prepare(context.Context.Response, policy),
        });
    }

    public static void MapSitePages(this WebApplication app)
    {
        string index = Path.Combine(FolderOf(app.Services.GetRequiredService<UdaSegSettings>()), Index);
        string policy = PagePolicy.For(File.ReadAllText(index));
        foreach (string route in Routes)
        {
            app.MapGet(route, (HttpResponse response) =>
            {
                Prepare(response, policy);
                return TypedResults.PhysicalFile(index, "text/html; charset=utf-8", lastModified: File.GetLastWriteTimeUtc(index));
            }).ForAnyone().ExcludeFromDescription();
        }
    }

    private static string FolderOf(UdaSegSettings settings) =>
        settings.PagesFolder.Length > 0 ? settings.PagesFolder : Path.Combine(AppContext.BaseDirectory, "site");

    // Files keep their names from version to version: browsers ask each time, and get 304 while nothing has changed.
    private static void Prepare(HttpResponse response, string policy)
    {
        response.Headers[HeaderNames.CacheControl] = "no-cache";
        response.Headers[HeaderNames.ContentSecurityPolicy] = policy;
        response.Headers[HeaderNames.XContentTypeOptions] = "nosniff";
        response.Headers["Referrer-Policy"] = "same-origin";
    }
}
