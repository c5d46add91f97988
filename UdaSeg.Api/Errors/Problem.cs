using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using UdaSeg.Api.Interop.HuggingFace;
using UdaSeg.Api.Interop.Inference;
using UdaSeg.Api.Observability;

namespace UdaSeg.Api.Errors;

/// <summary>
/// The one form of every error answer: RFC 9457 with a stable <c>code</c> and the request's <c>traceId</c> (contract, "Errors"). The Open Inference Protocol
/// alone demands a form of its own.
/// </summary>
internal static class Problem
{
    public const string MediaType = "application/problem+json";

    public static ProblemDetails Of(HttpContext context, int status, string code, string title, string? detail)
    {
        ProblemDetails problem = new()
        {
            Type = $"urn:udaseg:problem:{code}",
            Title = title,
            Status = status,
            Detail = detail,
            Instance = context.Request.Path,
        };
        problem.Extensions["code"] = code;
        problem.Extensions["traceId"] = Activity.Current?.Id ?? context.TraceIdentifier;
        return problem;
    }

    /// <summary>Writes the problem as the whole answer. Ignores <c>Accept</c>: a client that asked for an image must still learn what went wrong.</summary>
    public static Task WriteAsync(HttpContext context, ProblemDetails problem)
    {
        context.Response.StatusCode = problem.Status ?? StatusCodes.Status500InternalServerError;
        if (problem.Extensions["code"] is string code) context.RequestServices.GetService<ServiceMeter>()?.Refused(code, context.Response.StatusCode);
        string text = problem.Detail ?? problem.Title ?? "";
        if (context.Request.Path.StartsWithSegments(InferenceEndpoints.Root))
        {
            return context.Response.WriteAsJsonAsync(new InferenceError(text), context.RequestAborted);
        }

        if (context.Request.Path.StartsWithSegments(HuggingFaceEndpoint.Root)) problem.Extensions["error"] = text; // where its clients look for a message
        return context.Response.WriteAsJsonAsync(problem, options: null, contentType: MediaType, context.RequestAborted);
    }
}
