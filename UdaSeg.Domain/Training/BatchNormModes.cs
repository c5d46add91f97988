namespace UdaSeg.Domain.Training;

public static class BatchNormModes
{
    /// <summary>The statistics of fewer images are too rough to train on (method, section 4).</summary>
    public const int SmallestTrainingBatch = 4;

    /// <summary>Whether batch statistics are used and updated; else the running ones stand.</summary>
    public static bool Trains(this BatchNormMode mode, int batchSize) =>
        mode == BatchNormMode.Train || (mode == BatchNormMode.Auto && batchSize >= SmallestTrainingBatch);
}
