namespace UdaSeg.Bench.Measuring;

/// <summary>
/// Contenders in turn, A B C A B C …, so that a change of the machine's speed meets all alike. Ratios are taken round by round; medians of them are shown.
/// </summary>
internal static class Comparison
{
    /// <summary>Runs the rounds, prints a Markdown table, and disposes the contenders.</summary>
    /// <param name="title">Above the table.</param>
    /// <param name="contenders">Nulls are passed over: peers that are not installed.</param>
    /// <param name="baselines">How many of the last contenders are baselines: a column of ratios for each.</param>
    /// <param name="rounds">That count.</param>
    /// <param name="warmup">Rounds before, that do not.</param>
    public static void Run(string title, IReadOnlyList<IContender?> contenders, int baselines, int rounds, int warmup = 3)
    {
        IContender?[] columns = [.. contenders.TakeLast(baselines)];
        IContender[] present = [.. contenders.OfType<IContender>()];
        double[][] times = [.. present.Select(_ => new double[rounds])];
        for (int round = -warmup; round < rounds; round++)
        {
            for (int i = 0; i < present.Length; i++)
            {
                double ms = present[i].Run();
                if (round >= 0) times[i][round] = ms;
            }
        }

        Print(title, present, times, [.. columns.OfType<IContender>()], rounds);
        foreach (IContender contender in present) contender.Dispose();
    }

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int half = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    private static void Print(string title, IContender[] contenders, double[][] times, IContender[] baselines, int rounds)
    {
        int[] against = [.. baselines.Select(b => Array.IndexOf(contenders, b))];
        Console.WriteLine($"\n{title} ({rounds} rounds in turn; medians, times as a ratio below 1 = faster)\n");
        Console.WriteLine($"| | ms | min..max |{string.Concat(baselines.Select(b => $" of {b.Name} |"))}");
        Console.WriteLine($"|---|---|---|{string.Concat(baselines.Select(_ => "---|"))}");
        for (int i = 0; i < contenders.Length; i++)
        {
            string ratios = string.Concat(against.Select(b => $" {Median(times[i].Zip(times[b], (mine, theirs) => mine / theirs)):0.000} |"));
            Console.WriteLine($"| {contenders[i].Name} | {Median(times[i]):0.00} | {times[i].Min():0.00}..{times[i].Max():0.00} |{ratios}");
        }
    }
}
