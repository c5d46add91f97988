using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using UdaSeg.Api.Errors;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Security;

/// <summary>What becomes of a request that its route does not let pass.</summary>
internal sealed class Refusals : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _usual = new();

    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        // No route of ours: the framework answers 404, 405 or 415, and a wrong address is not taken for a missing key.
        if (context.GetEndpoint() is not RouteEndpoint) return next(context);
        if (!authorizeResult.Forbidden) return _usual.HandleAsync(next, context, policy, authorizeResult);
        AccessRole needed = policy.Requirements.OfType<RoleRequirement>().Select(r => r.Least).Max();
        string has = Caller.Of(context.User)?.Role is { } role ? $"'{AccessPolicies.NameOf(role)}'" : "none";
        string detail = $"This needs the role '{AccessPolicies.NameOf(needed)}'; the caller's is {has}.";
        return Problem.WriteAsync(context, Problem.Of(context, 403, "forbidden", "Forbidden", detail));
    }
}
