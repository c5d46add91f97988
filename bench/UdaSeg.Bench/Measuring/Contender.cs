using System.Diagnostics;

namespace UdaSeg.Bench.Measuring;

/// <summary>Something that is timed: one call does the work once.</summary>
internal interface IContender : IDisposable
{
    /// <summary>As the table shows it.</summary>
    string Name { get; }

    /// <returns>Milliseconds of the work alone, measured where it is done.</returns>
    double Run();
}

/// <summary>Work of this process.</summary>
internal sealed class Contender(string name, Action work) : IContender
{
    public string Name { get; } = name;

    public double Run()
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    public void Dispose()
    {
    }
}
