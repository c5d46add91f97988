namespace UdaSeg.Infrastructure.Torch.Methods.Dtst;

/// <summary>Connected regions of one class, as instances of things.</summary>
internal static class Regions
{
    /// <summary>The largest 8-connected regions, the largest first; equal ones by their first pixel.</summary>
    /// <param name="labels">[h·w].</param>
    /// <param name="width">In pixels.</param>
    /// <param name="label">The class.</param>
    /// <param name="most">So many at most.</param>
    /// <returns>The pixels of each, ascending.</returns>
    public static IReadOnlyList<int[]> Largest(ReadOnlySpan<long> labels, int width, long label, int most)
    {
        var seen = new bool[labels.Length];
        var regions = new List<int[]>();
        var open = new Stack<int>();
        for (int start = 0; start < labels.Length; start++)
        {
            if (seen[start] || labels[start] != label) continue;
            var region = new List<int>();
            seen[start] = true;
            open.Push(start);
            while (open.TryPop(out int at))
            {
                region.Add(at);
                for (int dy = -1; dy <= 1; dy++)
                {
                    for (int dx = -1; dx <= 1; dx++)
                    {
                        int x = (at % width) + dx, next = at + (dy * width) + dx;
                        if (x < 0 || x >= width || next < 0 || next >= labels.Length || seen[next] || labels[next] != label) continue;
                        seen[next] = true;
                        open.Push(next);
                    }
                }
            }

            region.Sort();
            regions.Add([.. region]);
        }

        return [.. regions.OrderByDescending(r => r.Length).ThenBy(r => r[0]).Take(most)];
    }
}
