using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using UdaSeg.Domain.Errors;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Imaging.Datasets.Owned;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Api.Errors;

/// <summary>From what went wrong to the answer a client gets. What is not known to be the client's fault says nothing about the inside.</summary>
internal static class ProblemMapper
{
    public static ProblemDetails Map(HttpContext context, Exception fault) => fault switch
    {
        RuleViolationException rule => OfRule(context, rule),
        NotAcceptableException none => Problem.Of(context, 406, "not-acceptable", "Not acceptable", none.Message),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => BodyTooLarge(context),
        BadHttpRequestException { InnerException: JsonException json } => MalformedJson(context, json),
        BadHttpRequestException { StatusCode: StatusCodes.Status415UnsupportedMediaType } =>
            Problem.Of(context, 415, "unsupported-media-type", "Unsupported media type", "This operation does not read bodies of that content type."),
        BadHttpRequestException bad => Problem.Of(context, bad.StatusCode, "malformed-request", "Malformed request", Explain(bad)),
        JsonException json => MalformedJson(context, json),
        _ when DatabaseOutage.IsOutage(fault) =>
            Problem.Of(context, 503, "database-unavailable", "Database unavailable", "The database does not answer at the moment. Ask again in a while."),
        ArtifactsUnavailableException => Problem.Of(
            context, 503, "artifacts-unavailable", "Artifacts unavailable", "The artifact store does not answer at the moment. Ask again in a while."),
        DatasetTransferException away => Problem.Of(context, 503, "dataset-unavailable", "Data set unavailable", away.Message + " Ask again in a while."),
        _ => Problem.Of(context, 500, "internal-error", "Internal error", "The server failed to answer. The trace id finds the cause in its log."),
    };

    private static ProblemDetails OfRule(HttpContext context, RuleViolationException rule)
    {
        (int status, string title) = rule.Kind switch
        {
            RuleKind.Malformed => (400, "Malformed request"),
            RuleKind.NotFound => (404, "Not found"),
            RuleKind.Conflict => (409, "Conflict"),
            RuleKind.PreconditionFailed => (412, "Precondition failed"),
            RuleKind.TooLarge => (413, "Too large"),
            RuleKind.Unsupported => (415, "Unsupported"),
            RuleKind.Unusable => (422, "Unusable input"),
            RuleKind.Quota => (429, "Quota exceeded"),
            RuleKind.Busy => (503, "Busy"),
            _ => (500, "Internal error"),
        };
        ProblemDetails problem = Problem.Of(context, status, rule.Code, title, rule.Message);
        if (rule.Fields.Count > 0) problem.Extensions["errors"] = rule.Fields;
        if (rule.Exceeded is { } exceeded) Exceed(problem, exceeded.Limit, exceeded.Actual);
        return problem;
    }

    /// <summary>Kestrel stops reading at its limit, so the actual size is the declared one, or unknown (null) for chunked bodies.</summary>
    private static ProblemDetails BodyTooLarge(HttpContext context)
    {
        long? limit = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize;
        ProblemDetails problem = Problem.Of(context, 413, "body-too-large", "Too large", $"The body exceeds the limit of {limit} bytes.");
        Exceed(problem, limit, context.Request.ContentLength);
        return problem;
    }

    private static void Exceed(ProblemDetails problem, long? limit, long? actual)
    {
        problem.Extensions["limit"] = limit;
        problem.Extensions["actual"] = actual;
    }

    private static ProblemDetails MalformedJson(HttpContext context, JsonException json)
    {
        string field = string.IsNullOrEmpty(json.Path) ? "$" : json.Path;
        string where = json.LineNumber is { } line ? $" (line {line + 1}, byte {(json.BytePositionInLine ?? 0) + 1})" : "";
        ProblemDetails problem = Problem.Of(
            context, 400, "malformed-json", "Malformed JSON", $"The body is not the JSON this operation reads, at '{field}'{where}.");
        problem.Extensions["errors"] = new Dictionary<string, string[]> { [field.TrimStart('$', '.')] = ["Missing, of the wrong kind, or not valid JSON."] };
        return problem;
    }

    /// <summary>The framework's own sentences name parameters in C# terms ("Nullable&lt;int&gt; limit"): keep the name only.</summary>
    private static string Explain(BadHttpRequestException bad)
    {
        string[] quoted = bad.Message.Split('"');
        if (bad.Message.StartsWith("Failed to bind parameter", StringComparison.Ordinal) && quoted.Length >= 3)
        {
            return $"The parameter '{quoted[1].Split(' ')[^1]}' cannot be read from its value.";
        }

        if (bad.Message.StartsWith("Required parameter", StringComparison.Ordinal) && quoted.Length >= 3)
        {
            string name = quoted[1].Split(' ')[^1];
            return $"The parameter '{name}' is required.";
        }

        return "The request cannot be read.";
    }
}
