using Microsoft.AspNetCore.Authorization;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Security;

/// <summary>What each route asks of its caller, said where the route is mapped. A route that says nothing is an administrator's.</summary>
internal static class AccessPolicies
{
    public static TBuilder Needs<TBuilder>(this TBuilder route, AccessRole role)
        where TBuilder : IEndpointConventionBuilder => route.RequireAuthorization(NameOf(role));

    /// <summary>For what tells nothing about data: signs of life, the pages' own files, the description of the interface.</summary>
    public static TBuilder ForAnyone<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.AllowAnonymous();

    /// <summary>A policy's name is its role's.</summary>
    public static string NameOf(AccessRole role) => role switch
    {
        AccessRole.Viewer => "viewer",
        AccessRole.Trainer => "trainer",
        _ => "admin",
    };

    /// <returns>Null for a route that anyone may use.</returns>
    public static AccessRole? RoleOf(IEnumerable<object> metadata)
    {
        object[] all = [.. metadata];
        if (all.OfType<IAllowAnonymous>().Any()) return null;
        return all.OfType<IAuthorizeData>().Select(a => AccessSettingsRules.RoleOf(a.Policy)).Max() ?? AccessRole.Admin;
    }

    public static void Describe(AuthorizationOptions options)
    {
        foreach (AccessRole role in Enum.GetValues<AccessRole>()) options.AddPolicy(NameOf(role), PolicyOf(role));
        options.FallbackPolicy = PolicyOf(AccessRole.Admin);
    }

    private static AuthorizationPolicy PolicyOf(AccessRole role) => new AuthorizationPolicyBuilder()
        .RequireAuthenticatedUser().AddRequirements(new RoleRequirement(role)).Build();
}

internal sealed record RoleRequirement(AccessRole Least) : IAuthorizationRequirement;

internal sealed class RoleHandler : AuthorizationHandler<RoleRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, RoleRequirement requirement)
    {
        if (Caller.Of(context.User)?.Role >= requirement.Least) context.Succeed(requirement);
        return Task.CompletedTask;
    }
}
