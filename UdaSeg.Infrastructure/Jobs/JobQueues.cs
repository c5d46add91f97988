namespace UdaSeg.Infrastructure.Jobs;

/// <summary>One worker a queue and device: a light job never waits for a training run.</summary>
internal static class JobQueues
{
    public const string Training = "training";

    public const string Light = "light";

    /// <summary>Hours of work for a large data set, which no validation should wait behind.</summary>
    public const string Alignment = "alignment";
}
