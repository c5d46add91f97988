using System.Diagnostics;
using System.Globalization;

namespace UdaSeg.Bench.Measuring;

/// <summary>
/// Work of another program, kept running and waiting between its turns: it prints <c>ready</c>, then answers each line <c>run</c> with the milliseconds of
/// one piece of work.
/// </summary>
internal sealed class Peer : IContender
{
    private readonly Process _process;

    private Peer(string name, Process process) => (Name, _process) = (name, process);

    public string Name { get; }

    /// <param name="name">As the table shows it.</param>
    /// <param name="script">A Python file under <c>bench/peers</c>.</param>
    /// <param name="arguments">Of the script.</param>
    /// <param name="environment">Beside this process's own.</param>
    /// <returns>Null, and a line on the console, when the peer or what it needs is not installed.</returns>
    public static Peer? Start(string name, string script, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("python3") { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(Folder(), script));
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        foreach ((string variable, string value) in environment) start.Environment[variable] = value;
        var process = Process.Start(start)!;
        if (process.StandardOutput.ReadLine() == "ready") return new Peer(name, process);
        process.WaitForExit();
        Console.WriteLine($"{name} does not run here (exit {process.ExitCode}): its rows are missing.");
        process.Dispose();
        return null;
    }

    public double Run()
    {
        _process.StandardInput.WriteLine("run");
        _process.StandardInput.Flush();
        string answer = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{Name} ended in the middle of a run.");
        return double.Parse(answer, CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _process.StandardInput.Close(); // the end of its input ends it
        _process.WaitForExit();
        _process.Dispose();
    }

    private static string Folder()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string peers = Path.Combine(at.FullName, "bench", "peers");
            if (Directory.Exists(peers)) return peers;
        }

        throw new DirectoryNotFoundException("bench/peers is not above this program's folder.");
    }
}
