namespace UdaSeg.Api.Pages;

/// <summary>What a browser sees at the root.</summary>
internal static class LandingPage
{
    private static readonly Lazy<string> Html = new(Load);

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/", () => TypedResults.Content(Html.Value, "text/html; charset=utf-8")).ExcludeFromDescription();

    private static string Load()
    {
        using Stream page = typeof(LandingPage).Assembly.GetManifestResourceStream("UdaSeg.Api.Pages.index.html")!;
        return new StreamReader(page).ReadToEnd();
    }
}
