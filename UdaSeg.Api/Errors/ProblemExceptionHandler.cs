using System.Globalization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using UdaSeg.Domain.Errors;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Api.Errors;

/// <summary>Answers every exception as a problem; logs those that are ours.</summary>
internal sealed class ProblemExceptionHandler(ILogger<ProblemExceptionHandler> log) : IExceptionHandler
{
    /// <summary>After which a server is worth asking again whose cause does not tell.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        // The client has gone: nobody reads an answer, and it is no fault of the server.
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
        {
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        ProblemDetails problem = ProblemMapper.Map(httpContext, exception);
        if (DatabaseOutage.IsOutage(exception))
        {
            log.LogWarning("{Method} {Path}: the database is away: {Fault}", httpContext.Request.Method, httpContext.Request.Path,
                exception.GetBaseException().Message); // once a request: a trace each would drown the log
        }
        else if (problem.Status >= 500 && exception is not RuleViolationException)
        {
            log.LogError(exception, "{Method} {Path} failed", httpContext.Request.Method, httpContext.Request.Path);
        }

        if (problem.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
        {
            TimeSpan wait = (exception as RuleViolationException)?.RetryAfter ?? RetryAfter;
            httpContext.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        await Problem.WriteAsync(httpContext, problem);
        return true;
    }
}
