using System.Text.Json;
using UdaSeg.Domain.Training;
using Xunit;

namespace UdaSeg.Api.Tests.Training;

public sealed class PolyScheduleTests
{
    [Fact]
    public void The_rate_follows_the_golden_decay()
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", "training.json")));
        JsonElement rates = golden.RootElement.GetProperty("polyLr");
        Assert.NotEqual(0, rates.GetArrayLength());
        foreach (JsonElement rate in rates.EnumerateArray())
        {
            double expected = rate.GetProperty("lr").GetDouble();
            var schedule = new PolySchedule(rate.GetProperty("base").GetDouble(), rate.GetProperty("max").GetInt64(), rate.GetProperty("power").GetDouble());
            Assert.Equal(expected, schedule.At(rate.GetProperty("iteration").GetInt64()), expected * 1e-9);
        }
    }

    [Fact]
    public void The_rate_falls_to_zero_at_the_end_and_stays_there()
    {
        var schedule = new PolySchedule(0.1, 10);
        Assert.All(Enumerable.Range(0, 10), i => Assert.True(schedule.At(i) > schedule.At(i + 1)));
        Assert.Equal((0.1, 0, 0), (schedule.At(0), schedule.At(10), schedule.At(11)));
        Assert.Throws<ArgumentOutOfRangeException>(() => schedule.At(-1));
    }
}
