using UdaSeg.Api.Security;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Limits;

/// <param name="DefaultPageSize">Items of a list without <c>limit</c>.</param>
/// <param name="MaxPageSize">Largest <c>limit</c>.</param>
/// <param name="Limits">As the operator set them.</param>
internal sealed record LimitsAnswer(int DefaultPageSize, int MaxPageSize, LimitSettings Limits);

internal static class LimitsEndpoint
{
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/limits", GetLimits).Needs(AccessRole.Viewer).WithName("getLimits").WithTags("Service");

    /// <summary>Every limit in force</summary>
    private static LimitsAnswer GetLimits(UdaSegSettings settings) => new(PageRequest.DefaultLimit, PageRequest.MaxLimit, settings.Limits);
}
