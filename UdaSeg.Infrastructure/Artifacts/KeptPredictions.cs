using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Infrastructure.Artifacts;

/// <summary>
/// What evaluations keep of their worst images: one archive each. Of one that a client asked for it lies under the evaluation's id; of one that a run took
/// it is an output of the run's stage, and goes when the stage's model goes.
/// </summary>
internal sealed class KeptPredictions(IArtifactStore artifacts, RunOutputTable outputs, EvaluationStore evaluations)
{
    private const string Prefix = "evaluations/";

    public static string KeyOf(Guid evaluation) => $"{Prefix}{evaluation}/predictions.zip";

    /// <param name="run">That took the evaluation.</param>
    /// <param name="stage">0..K.</param>
    /// <param name="iteration">Over all stages.</param>
    public static string KeyOf(Guid run, int stage, long iteration) => $"runs/{run}/stages/{stage}/predictions-{iteration}.zip";

    /// <returns>Indexed PNGs in the labels' classes, by sample; null when nothing was kept, or it was deleted.</returns>
    public PngArchive? Open(EvaluationRecord evaluation)
    {
        try
        {
            return new PngArchive(evaluation is { Run: { } run, Stage: { } stage, Iteration: { } iteration }
                ? new RunOutputs(outputs, artifacts, run).OpenRead(KeyOf(run, stage, iteration))
                : artifacts.OpenRead(KeyOf(evaluation.Id)));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Deletes what was kept of a checkpoint's evaluations, once the checkpoint is gone.</summary>
    public async Task DeleteOfAsync(Guid checkpoint, CancellationToken cancel)
    {
        foreach (Guid evaluation in await evaluations.OfCheckpointAsync(checkpoint, cancel)) artifacts.Delete(KeyOf(evaluation));
    }

    /// <summary>Deletes archives of evaluations that failed after they were written, or whose checkpoint is gone (a server died between the deletions).</summary>
    /// <returns>How many.</returns>
    public int DeleteOrphans(CancellationToken cancel = default)
    {
        // The files are listed first: an evaluation whose file is among them has its row by now.
        (Guid? Evaluation, string Key)[] found = [.. artifacts.List(Prefix).Select(key => (Parse(key), key))];
        if (found.Length == 0) return 0;
        HashSet<Guid> needed = evaluations.WithCheckpoint();
        int deleted = 0;
        foreach ((_, string key) in found.Where(f => f.Evaluation is { } id && !needed.Contains(id)))
        {
            cancel.ThrowIfCancellationRequested();
            artifacts.Delete(key);
            deleted++;
        }

        return deleted;
    }

    private static Guid? Parse(string key) => key.Split('/') is [_, var folder, _] && Guid.TryParse(folder, out Guid id) ? id : null;
}
