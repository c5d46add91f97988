namespace UdaSeg.Demo;

/// <summary>Keeps one line of a terminal up to date; elsewhere (a file, a CI log) prints a line now and then.</summary>
/// <param name="output">Where the lines go.</param>
/// <param name="live">Whether <paramref name="output"/> is a terminal that obeys carriage return and "erase to the end of the line".</param>
/// <param name="width">Columns of the terminal; longer lines are cut, or they would wrap and stay.</param>
internal sealed class ProgressBar(TextWriter output, bool live, Func<int> width, TimeProvider time)
{
    private const string EraseToEnd = "\e[K";

    private static readonly TimeSpan LiveInterval = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private long? _last;
    private bool _open;

    public static ProgressBar ForConsole()
    {
        bool live = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } and not "dumb";
        return new ProgressBar(Console.Out, live, () => Console.WindowWidth, TimeProvider.System);
    }

    /// <summary>Shows the line unless one was shown a moment ago. May be called from any thread.</summary>
    public void Show(string line)
    {
        lock (_gate)
        {
            if (_last is { } last && time.GetElapsedTime(last) < (live ? LiveInterval : PlainInterval)) return;
            Draw(line);
            _last = time.GetTimestamp();
        }
    }

    /// <summary>Shows the line for good; the next one starts below it.</summary>
    public void Finish(string line)
    {
        lock (_gate)
        {
            Draw(line);
            if (live) output.WriteLine();
            _open = false;
            _last = null;
        }
    }

    /// <summary>Prints text above what comes next.</summary>
    public void Print(string text)
    {
        lock (_gate)
        {
            if (_open) output.Write($"\r{EraseToEnd}");
            _open = false;
            _last = null;
            output.WriteLine(text);
        }
    }

    private void Draw(string line)
    {
        if (!live)
        {
            output.WriteLine(line);
            return;
        }

        int columns = Math.Max(40, width()) - 1;
        output.Write($"\r{(line.Length > columns ? line[..columns] : line)}{EraseToEnd}");
        output.Flush();
        _open = true;
    }
}
