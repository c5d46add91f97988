namespace UdaSeg.Domain.Photometry.Kernels;

/// <summary>
/// An image cut into chunks of a fixed length, whatever the number of threads: results that are kept by chunk and added in order do not depend on it.
/// </summary>
internal static class PixelChunks
{
    /// <summary>Pixels a chunk: long enough to hide the cost of handing it out, short enough that the last ones end together.</summary>
    public const int Length = 1 << 15;

    public static int Count(int pixels) => (pixels + Length - 1) / Length;

    /// <summary>Does every chunk once; in order on the calling thread when that is the only one.</summary>
    /// <param name="pixels">In all.</param>
    /// <param name="threads">At most so many, at least 1.</param>
    /// <param name="open">Makes what one thread works with.</param>
    /// <param name="work">Of a chunk: its index, first pixel, number of pixels, and what its thread works with.</param>
    /// <param name="close">Takes it back when that thread is done; one thread at a time.</param>
    public static void Run<TState>(int pixels, int threads, Func<TState> open, Action<int, int, int, TState> work, Action<TState> close)
    {
        int chunks = Count(pixels);
        if (threads <= 1 || chunks == 1)
        {
            TState state = open();
            for (int chunk = 0; chunk < chunks; chunk++) Do(chunk, state);
            close(state);
            return;
        }

        var gate = new Lock();
        Parallel.For(
            0,
            chunks,
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            open,
            (chunk, _, state) =>
            {
                Do(chunk, state);
                return state;
            },
            state =>
            {
                lock (gate) close(state);
            });

        void Do(int chunk, TState state) => work(chunk, chunk * Length, Math.Min(Length, pixels - (chunk * Length)), state);
    }
}
