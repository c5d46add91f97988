using System.Diagnostics;
using Microsoft.Extensions.Logging;
using UdaSeg.Api.Hosting;
using UdaSeg.Api.Tests.Observability;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Infrastructure.Jobs;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Telemetry;
using Xunit;

namespace UdaSeg.Api.Tests.Telemetry;

public sealed class TracingTests
{
    [Fact]
    public async Task A_child_is_told_of_the_trace_and_what_it_says_is_logged_in_it()
    {
        using var database = new TestDatabase();
        using LineLog log = new();
        using ILoggerFactory loggers = LoggerFactory.Create(
            logging => logging.Configure(o => o.ActivityTrackingOptions = ActivityTrackingOptions.TraceId).AddProvider(log));
        var store = new EvaluationStore(database);
        var evaluation = new EvaluationRecord { Id = Guid.CreateVersion7(), Dataset = Guid.CreateVersion7(), CreatedAt = Samples.Now };
        await store.AddAsync(evaluation, TestContext.Current.CancellationToken);
        var child = new ScriptedChild("echo \"trace=$TRACEPARENT\"");
        new EvaluationSupervisor(store, child, TimeProvider.System, new ServerStopping(default), loggers.CreateLogger<EvaluationSupervisor>()).Run(evaluation.Id);

        string line = Assert.Single(log.Lines, l => l.Contains("trace=", StringComparison.Ordinal));
        string told = line.Split("trace=")[1].Split(' ')[0];
        Assert.True(ActivityContext.TryParse(told, null, out ActivityContext context), line);
        Assert.Contains($"TraceId:{context.TraceId}", line);
        Assert.Null(Activity.Current);
    }

    [Fact]
    public async Task The_lines_of_a_real_child_bear_its_parents_trace_id()
    {
        using var folder = new TempFolder(); // without a database: the child's first command fails, and is logged
        ActivityTraceId trace = ActivityTraceId.CreateRandom();
        var start = new ProcessStartInfo("dotnet", [typeof(Verbs).Assembly.Location, "train", "--run", Guid.NewGuid().ToString(), "--epoch", "1"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["UdaSeg__DataRoot"] = folder.Path;
        start.Environment[Tracing.ParentVariable] = $"00-{trace}-{ActivitySpanId.CreateRandom()}-01";
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length > 0, await errors);
        Assert.All(lines, l => Assert.Contains($"TraceId:{trace}", l));
    }

    [Fact]
    public void Without_a_trace_a_child_gets_none_that_was_left_over()
    {
        var start = new ProcessStartInfo("true") { Environment = { [Tracing.ParentVariable] = "00-left-over-01" } };
        Assert.Null(Activity.Current);
        Tracing.HandOn(start);
        Assert.False(start.Environment.ContainsKey(Tracing.ParentVariable));
    }
}
