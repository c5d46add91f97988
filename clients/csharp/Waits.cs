namespace UdaSeg.Client;

// Long work that has no stream of events of its own. Training runs have one: FollowTrainingRunAsync.
public partial class UdaSegClient
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <returns>The data set once it is no longer being validated or made: it is ready then, or invalid and its report says why.</returns>
    public Task<DatasetAnswer> WaitForDatasetAsync(string id, CancellationToken cancellationToken = default) =>
        PollAsync(cancel => GetDatasetAsync(id, cancel), d => d.Status != DatasetStatus.Validating, cancellationToken);

    /// <returns>The evaluation once it has ended.</returns>
    public Task<EvaluationResponse> WaitForEvaluationAsync(Guid id, CancellationToken cancellationToken = default) =>
        PollAsync(cancel => GetEvaluationAsync(id, cancel), e => e.Status is not (EvaluationStatus.Queued or EvaluationStatus.Running), cancellationToken);

    private static async Task<T> PollAsync<T>(Func<CancellationToken, Task<T>> look, Func<T, bool> until, CancellationToken cancel)
    {
        while (true)
        {
            T seen = await look(cancel).ConfigureAwait(false);
            if (until(seen)) return seen;
            await Task.Delay(Pause, cancel).ConfigureAwait(false);
        }
    }
}
