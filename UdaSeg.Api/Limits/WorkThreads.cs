using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Limits;

/// <summary>Threads for the work behind the gates, beside those that answer.</summary>
internal static class WorkThreads
{
    /// <summary>
    /// Work holds its thread of the pool for as long as native code computes. The pool starts with one thread a processor and adds others half a second apart, and
    /// until then even refusals wait: a second and more where they take milliseconds (docs/reliability.md).
    /// </summary>
    public static void Reserve(LimitSettings limits)
    {
        ThreadPool.GetMinThreads(out int workers, out int completions);
        int needed = Environment.ProcessorCount + limits.MaxConcurrentSegmentations + limits.MaxConcurrentAlignments;
        if (needed > workers) ThreadPool.SetMinThreads(needed, completions);
    }
}
