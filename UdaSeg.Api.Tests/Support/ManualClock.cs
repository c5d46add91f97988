namespace UdaSeg.Api.Tests.Support;

/// <summary>Time that passes only when the test says so, or by a step at each look.</summary>
internal sealed class ManualClock(TimeSpan stepPerLook = default) : TimeProvider
{
    private long _ticks = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero).UtcTicks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public override long GetTimestamp() => Interlocked.Add(ref _ticks, stepPerLook.Ticks);
}
