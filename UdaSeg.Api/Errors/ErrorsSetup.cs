namespace UdaSeg.Api.Errors;

internal static class ErrorsSetup
{
    public static IServiceCollection AddProblems(this IServiceCollection services)
    {
        // Binding faults are thrown in every environment, so that the one handler below answers them; the framework alone would send an empty 400.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        return services.AddExceptionHandler<ProblemExceptionHandler>();
    }

    /// <summary>First in the pipeline: exceptions and bare status codes of everything after it become problems.</summary>
    public static IApplicationBuilder UseProblems(this IApplicationBuilder app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = static context => Problem.WriteAsync(context, Problem.Of(context, 500, "internal-error", "Internal error", null)),
            SuppressDiagnosticsCallback = static _ => true,
        });
        return app.UseStatusCodePages(static pages => BareStatus(pages.HttpContext));
    }

    private static Task BareStatus(HttpContext context)
    {
        int status = context.Response.StatusCode;
        (string code, string title, string detail) = status switch
        {
            400 => ("malformed-request", "Malformed request", "The request cannot be read."),
            401 => ("unauthenticated", "Unauthenticated", "Give an API key in X-Api-Key or as a bearer token."),
            403 => ("forbidden", "Forbidden", "The key's role does not allow this."),
            404 => ("no-such-route", "Not found", "There is nothing at this address."),
            405 => ("method-not-allowed", "Method not allowed", $"{context.Request.Method} is not possible here."),
            406 => ("not-acceptable", "Not acceptable", "None of the accepted media types can be produced."),
            413 => ("body-too-large", "Too large", "The body exceeds the limit."),
            415 => ("unsupported-media-type", "Unsupported media type", "This operation does not read bodies of that content type."),
            416 => ("range-not-satisfiable", "Range not satisfiable", "The range lies outside the content."),
            429 => ("quota-exceeded", "Quota exceeded", "Too many requests; come back later."),
            _ => ($"status-{status}", "Error", "The request failed."),
        };
        return Problem.WriteAsync(context, Problem.Of(context, status, code, title, detail));
    }
}
