using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using UdaSeg.Api.Observability;

namespace UdaSeg.Api.Tests.Support;

/// <summary>A meter that nobody reads, for parts that are tested without a server.</summary>
internal static class TestMeter
{
    private static readonly ServiceProvider Services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public static ServiceMeter Unread { get; } = new(Services.GetRequiredService<IMeterFactory>());
}
