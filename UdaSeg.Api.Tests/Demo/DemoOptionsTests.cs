using System.Text.Json;
using UdaSeg.Demo;
using UdaSeg.Domain.Photometry;
using UdaSeg.Domain.Training;
using Xunit;

namespace UdaSeg.Api.Tests.Demo;

public sealed class DemoOptionsTests
{
    [Fact]
    public void Every_option_is_read()
    {
        DemoOptions options = Parse("--exit", "--fast", "--seed", "7", "--port", "6000", "--data-root", "/tmp/x", "--service", "/a/b.dll");
        Assert.Equal((true, true, 7, 6000, "/tmp/x", "/a/b.dll"), (options.Exit, options.Fast, options.Seed, options.Port, options.DataRoot, options.Service));
    }

    [Fact]
    public void Without_options_it_serves_on_the_contracts_port_and_keeps_its_data_apart_from_the_services()
    {
        DemoOptions options = Parse();
        Assert.False(options.Exit || options.Fast || options.Help);
        Assert.Equal(5080, options.Port);
        Assert.EndsWith(Path.Combine(".udaseg", "demo"), options.DataRoot, StringComparison.Ordinal);
    }

    [Fact]
    public void The_environment_names_the_data_root_and_the_command_line_overrules_it()
    {
        Assert.Equal("/data", DemoOptions.Parse([], name => name == "UdaSeg__DataRoot" ? "/data" : null).DataRoot);
        Assert.Equal("/other", DemoOptions.Parse(["--data-root", "/other"], _ => "/data").DataRoot);
    }

    [Theory]
    [InlineData("--nope")]
    [InlineData("--seed")]
    [InlineData("--seed", "-1")]
    [InlineData("--port", "0")]
    [InlineData("--port", "65536")]
    [InlineData("--port", "http")]
    public void A_wrong_option_is_refused_by_name(params string[] args) => Assert.Contains(args[0], Assert.Throws<DemoFailure>(() => Parse(args)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_usage_names_every_option() =>
        Assert.All((string[])["--exit", "--fast", "--seed", "--port", "--data-root", "--service", "--help"], o => Assert.Contains(o, DemoOptions.Usage, StringComparison.Ordinal));

    /// <summary>The service refuses options it does not know, so the plan is tried against the service's own reader.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_plans_options_are_ones_that_the_service_understands(bool fast)
    {
        DemoPlan plan = DemoPlan.For(Parse("--seed", "5") with { Fast = fast });
        TrainingPlan sourceOnly = TrainingPlanReader.Read(plan.Preset, JsonSerializer.SerializeToElement(plan.SourceOnlyOptions()));
        TrainingPlan coarseToFine = TrainingPlanReader.Read(plan.Preset, JsonSerializer.SerializeToElement(plan.CoarseToFineOptions()));

        Assert.Equal((0, AlignmentScheme.None, false), (sourceOnly.Stages, sourceOnly.Alignment.Scheme, sourceOnly.Jitter.Enabled));
        Assert.Equal((plan.Stages, AlignmentScheme.Hybrid, true), (coarseToFine.Stages, coarseToFine.Alignment.Scheme, coarseToFine.Jitter.Enabled));
        Assert.Equal(sourceOnly.CoarseIterations, coarseToFine.CoarseIterations);
        Assert.Equal((5, 5), (sourceOnly.Seed, coarseToFine.Seed));
    }

    private static DemoOptions Parse(params string[] args) => DemoOptions.Parse(args, _ => null);
}
