using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.Studies;

public sealed class StudySecondsTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public async Task Training_time_is_that_of_all_attempts_without_what_lies_between_them()
    {
        await using StudyBench bench = await new StudyBench(more: services => services.AddSingleton<TimeProvider>(_clock)).StartAsync();
        JsonElement study = await bench.SubmitAsync(bench.Body());
        Guid first = StudyBench.RunOf(study, 0, 0), second = StudyBench.RunOf(study, 0, 1), failed = StudyBench.RunOf(study, 1, 0);
        RunLedger ledger = bench.Service<RunLedger>();
        Pass(7); // it waits
        bench.Begin(first);
        Pass(90);
        ledger.Write(first, run => run.Interrupt());
        Pass(1000);
        ledger.Write(first, run => run.Requeue());
        Pass(500);
        bench.Begin(first);
        Pass(30);
        Assert.Equal(JsonValueKind.Null, Arm(await bench.GetAsync(study), 0).GetProperty("seconds").ValueKind);
        bench.Publish(first, Samples.Report());
        bench.Succeed(first);
        bench.Begin(second);
        Pass(60);
        bench.Publish(second, Samples.Report());
        bench.Succeed(second);
        bench.Begin(failed);
        Pass(11);
        bench.Fail(failed);

        JsonElement now = await bench.GetAsync(study), seconds = Arm(now, 0).GetProperty("seconds");
        Assert.Equal((90, 2), (seconds.GetProperty("mean").GetDouble(), seconds.GetProperty("n").GetInt32()));
        Assert.Equal(60 / Math.Sqrt(2), seconds.GetProperty("sd").GetDouble(), 9);
        Assert.Equal([120, 60], Arm(now, 0).GetProperty("runs").EnumerateArray().Select(r => r.GetProperty("seconds").GetDouble()));
        Assert.Equal(JsonValueKind.Null, Arm(now, 1).GetProperty("seconds").ValueKind);
        Assert.Equal(JsonValueKind.Null, Arm(now, 1).GetProperty("runs")[0].GetProperty("seconds").ValueKind);
    }

    private void Pass(int seconds) => _clock.Advance(TimeSpan.FromSeconds(seconds));

    private static JsonElement Arm(JsonElement study, int arm) => study.GetProperty("arms")[arm];
}
