using System.Globalization;
using SharpFuzz;

namespace UdaSeg.Fuzz;

/// <summary>Coverage-guided fuzzing of the readers of files from outside.</summary>
internal static class Program
{
    private const string Usage = """
        Usage: UdaSeg.Fuzz run TARGET [--seconds N] [--seed S] [--out FOLDER]   the loop of this program, which needs nothing else
               UdaSeg.Fuzz seeds TARGET FOLDER                                  good files for another fuzzer to begin with
               UdaSeg.Fuzz try TARGET FILE…                                     each file once, as a find is looked into
               UdaSeg.Fuzz afl TARGET | libfuzzer TARGET                        under afl-fuzz (see bench/fuzz) or libfuzzer-dotnet
        """;

    public static int Main(string[] args)
    {
        Instrumentation.Apply(); // before a type of what is instrumented is touched
        return args switch
        {
            ["run", var target, .. var options] when Targets.All.ContainsKey(target) && options.Length % 2 == 0 => Run(target, options),
            ["seeds", var target, var folder] when Targets.All.ContainsKey(target) => WriteSeeds(Targets.All[target], folder),
            ["try", var target, .. var files] when Targets.All.ContainsKey(target) => Try(Targets.All[target], files),
            ["afl", var target] when Targets.All.ContainsKey(target) => Afl(Targets.All[target]),
            ["libfuzzer", var target] when Targets.All.ContainsKey(target) => LibFuzzer(Targets.All[target]),
            _ => Fail(),
        };
    }

    private static int Run(string target, string[] options)
    {
        string Option(string name, string or) => Array.IndexOf(options, $"--{name}") is >= 0 and var at ? options[at + 1] : or;
        int seconds = int.Parse(Option("seconds", "60"), CultureInfo.InvariantCulture), seed = int.Parse(Option("seed", "1"), CultureInfo.InvariantCulture);
        var loop = new GuidedLoop(Targets.All[target], seed, Option("out", Path.Combine("fuzz-finds", target)));
        FuzzReport report = loop.Run(TimeSpan.FromSeconds(seconds));
        Console.WriteLine(
            $"{target}: {report.Executions} executions in {seconds} s, {report.Edges} edges ({report.EdgesOfSeeds} by the seeds), {report.Kept} inputs kept, {report.Finds} finds");
        return report.Finds == 0 ? 0 : 1;
    }

    private static int WriteSeeds(FuzzTarget target, string folder)
    {
        Directory.CreateDirectory(folder);
        for (int i = 0; i < target.Seeds.Count; i++) File.WriteAllBytes(Path.Combine(folder, $"seed-{i}"), target.Seeds[i]);
        return 0;
    }

    private static int Try(FuzzTarget target, string[] files)
    {
        foreach (string file in files)
        {
            target.Read(File.ReadAllBytes(file));
            Console.WriteLine($"{file}: no find");
        }

        return 0;
    }

    private static int Afl(FuzzTarget target)
    {
        Fuzzer.OutOfProcess.Run(stream =>
        {
            using var file = new MemoryStream();
            stream.CopyTo(file);
            target.Read(file.ToArray());
        });
        return 0;
    }

    private static int LibFuzzer(FuzzTarget target)
    {
        Fuzzer.LibFuzzer.Run(span => target.Read(span.ToArray()));
        return 0;
    }

    private static int Fail()
    {
        Console.Error.WriteLine(Usage);
        Console.Error.WriteLine($"Targets: {string.Join(", ", Targets.All.Keys)}");
        return 2;
    }
}
