using System.Diagnostics;
using System.Security.Cryptography;
using Trace = SharpFuzz.Common.Trace;

namespace UdaSeg.Fuzz;

/// <param name="Executions">Files read.</param>
/// <param name="Edges">Pairs of branches taken one after the other, by any file.</param>
/// <param name="EdgesOfSeeds">Of them, by the good files alone.</param>
/// <param name="Kept">Files that took a new one, and were changed further.</param>
/// <param name="Finds">Files at which the reader failed.</param>
internal sealed record FuzzReport(long Executions, int Edges, int EdgesOfSeeds, int Kept, int Finds);

/// <summary>
/// Keeps each changed file that makes the reader take a branch, or take it an order of magnitude more often, than any before, and changes it further. A find is an exception
/// that is no documented refusal, more than five seconds, or more than 256 MiB of memory for a file of 64 KiB. One find of each kind (exception and place) is written.
/// </summary>
/// <param name="target">What reads.</param>
/// <param name="seed">Of all random draws.</param>
/// <param name="folder">Where finds go.</param>
internal sealed unsafe class GuidedLoop(FuzzTarget target, int seed, string folder)
{
    private const int MapSize = Instrumentation.MapSize;
    private const long MaxAllocated = 256L << 20;

    private static readonly TimeSpan s_slow = TimeSpan.FromSeconds(5);

    private readonly byte[] _seen = new byte[MapSize];
    private readonly HashSet<string> _kinds = [];
    private readonly List<byte[]> _corpus = [];
    private long _executions;

    public FuzzReport Run(TimeSpan time)
    {
        foreach (byte[] file in target.Seeds)
        {
            Execute(file);
            _corpus.Add(file);
        }

        int ofSeeds = Edges();
        if (ofSeeds == 0) throw new InvalidOperationException("The readers are not instrumented: no branch was counted.");
        var random = new Random(seed);
        var mutator = new Mutator(random);
        long began = Stopwatch.GetTimestamp(), told = began;
        while (Stopwatch.GetElapsedTime(began) < time)
        {
            // The newest half the time: they went furthest.
            int from = random.Next(2) == 0 ? random.Next(_corpus.Count) : random.Next(Math.Max(0, _corpus.Count - 20), _corpus.Count);
            byte[] file = mutator.Change(_corpus[from], _corpus);
            if (random.Next(4) > 0) file = target.Mend(file);
            if (Execute(file)) _corpus.Add(file);
            if (Stopwatch.GetElapsedTime(told).TotalSeconds < 10) continue;
            told = Stopwatch.GetTimestamp();
            Console.Error.WriteLine($"{_executions} executions, {Edges()} edges, {_corpus.Count} inputs, {_kinds.Count} finds");
        }

        return new FuzzReport(_executions, Edges(), ofSeeds, _corpus.Count - target.Seeds.Count, _kinds.Count);
    }

    /// <returns>Whether it went where none had gone.</returns>
    private bool Execute(byte[] file)
    {
        new Span<byte>(Trace.SharedMem, MapSize).Clear();
        Trace.PrevLocation = 0;
        _executions++;
        long began = Stopwatch.GetTimestamp(), before = GC.GetAllocatedBytesForCurrentThread();
        string? fault = null;
        try
        {
            target.Read(file);
            if (Stopwatch.GetElapsedTime(began) > s_slow) fault = "slow";
            if (GC.GetAllocatedBytesForCurrentThread() - before > MaxAllocated) fault = "memory";
        }
        catch (Exception e)
        {
            fault = $"{e.GetType().Name} {e.StackTrace?.Split('\n')[0].Trim()}";
        }

        if (fault is not null && _kinds.Add(fault)) Keep(file, fault);
        return AddSeen();
    }

    // A branch's count is kept as its highest bit, as other guided fuzzers do: once more is nothing new, twice as often is.
    private bool AddSeen()
    {
        var map = new ReadOnlySpan<byte>(Trace.SharedMem, MapSize);
        bool isNew = false;
        for (int i = 0; i < MapSize; i++)
        {
            if (map[i] == 0) continue;
            byte bit = (byte)(1 << Math.Min(7, (int)Math.Log2(map[i])));
            isNew |= (_seen[i] & bit) == 0;
            _seen[i] |= bit;
        }

        return isNew;
    }

    private int Edges() => MapSize - _seen.AsSpan().Count((byte)0);

    private void Keep(byte[] file, string fault)
    {
        Directory.CreateDirectory(folder);
        string name = Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(file))[..16]);
        File.WriteAllBytes(name, file);
        Console.Error.WriteLine($"Find: {fault}\n  {name}");
    }
}
