using System.Runtime.CompilerServices;

namespace UdaSeg.Client;

// Lists as one sequence, newest first; a page is fetched when it is reached.
public partial class UdaSegClient
{
    private const int PageSize = 200;

    public IAsyncEnumerable<DatasetAnswer> AllDatasetsAsync(CancellationToken cancellationToken = default) =>
        All((cursor, cancel) => ListDatasetsAsync(PageSize, cursor, cancel), p => p.Items, p => p.NextCursor, cancellationToken);

    public IAsyncEnumerable<SampleAnswer> AllSamplesAsync(string dataset, CancellationToken cancellationToken = default) =>
        All((cursor, cancel) => ListSamplesAsync(dataset, PageSize, cursor, cancel), p => p.Items, p => p.NextCursor, cancellationToken);

    public IAsyncEnumerable<TrainingRunResponse> AllTrainingRunsAsync(CancellationToken cancellationToken = default) =>
        All((cursor, cancel) => ListTrainingRunsAsync(PageSize, cursor, cancel), p => p.Items, p => p.NextCursor, cancellationToken);

    public IAsyncEnumerable<CheckpointResponse> AllCheckpointsAsync(CancellationToken cancellationToken = default) =>
        All((cursor, cancel) => ListCheckpointsAsync(PageSize, cursor, cancel), p => p.Items, p => p.NextCursor, cancellationToken);

    public IAsyncEnumerable<EvaluationResponse> AllEvaluationsAsync(CancellationToken cancellationToken = default) =>
        All((cursor, cancel) => ListEvaluationsAsync(PageSize, cursor, cancel), p => p.Items, p => p.NextCursor, cancellationToken);

    private static async IAsyncEnumerable<TItem> All<TPage, TItem>(
        Func<string?, CancellationToken, Task<TPage>> fetch,
        Func<TPage, IReadOnlyList<TItem>> items,
        Func<TPage, string?> next,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        string? cursor = null;
        do
        {
            TPage page = await fetch(cursor, cancel).ConfigureAwait(false);
            foreach (TItem item in items(page)) yield return item;
            cursor = next(page);
        }
        while (cursor is not null);
    }
}
