namespace UdaSeg.Fuzz;

/// <summary>A reader of files from outside.</summary>
/// <param name="Read">Reads a file. Throws only what is a find: refusals by rule are caught within.</param>
/// <param name="Seeds">Good files to begin with.</param>
/// <param name="Mend">Puts sums right after a change, so that what lies behind them is reached; the file itself where it has none.</param>
internal sealed record FuzzTarget(Action<byte[]> Read, IReadOnlyList<byte[]> Seeds, Func<byte[], byte[]> Mend);
