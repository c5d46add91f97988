namespace UdaSeg.Api.Requests;

/// <summary>Work behind a gate whose caller may go away, or be sent away by the time-out, while it is being done.</summary>
internal static class GatedWork
{
    /// <summary>
    /// Waits for its turn and works on a thread of the pool. Whoever stops waiting is let go at once; native code cannot be stopped, so the work may go on to
    /// its next step, and its place in the gate and its buffers are free when it has really ended.
    /// </summary>
    /// <param name="gate">Left when the work has ended.</param>
    /// <param name="held">What the work reads; disposed when the work has ended, or when it does not begin.</param>
    /// <param name="timing">Told of the time in the queue.</param>
    /// <param name="work">Looks at the token between its steps. A result that nobody waits for any more is disposed.</param>
    /// <param name="cancel">Lets the caller go.</param>
    public static async Task<T> RunAsync<T>(this WorkGate gate, IDisposable held, ServerTiming timing, Func<T> work, CancellationToken cancel)
        where T : IDisposable
    {
        timing.Begin();
        IDisposable pass;
        try
        {
            pass = await gate.EnterAsync(cancel);
        }
        catch
        {
            held.Dispose();
            throw;
        }

        timing.End("queue");
        Task<T> running = Task.Run(() => Work(held, pass, work), CancellationToken.None);
        try
        {
            return await running.WaitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            _ = DiscardAsync(running);
            throw;
        }
    }

    private static T Work<T>(IDisposable held, IDisposable pass, Func<T> work)
    {
        using (pass)
        using (held)
        {
            return work();
        }
    }

    private static async Task DiscardAsync<T>(Task<T> abandoned)
        where T : IDisposable
    {
        try
        {
            (await abandoned).Dispose();
        }
        catch (Exception)
        {
            // it was stopped, or failed where nobody is left to be told
        }
    }
}
