using Hangfire;
using Hangfire.States;
using Npgsql;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Infrastructure.Jobs;
using UdaSeg.Infrastructure.Settings;
using Xunit;

namespace UdaSeg.Api.Tests.Postgres;

[Collection(PostgresCollection.Name)]
public sealed class PostgresQueueTests(PostgresCluster cluster)
{
    [Fact]
    public async Task A_job_that_one_process_queued_is_done_by_another()
    {
        var settings = new UdaSegSettings { Database = cluster.NewDatabase() };
        Enqueue(JobStorages.Open(settings));
        using var errand = new Errand();
        using BackgroundJobServer server = Serve(JobStorages.Open(settings), errand, workers: 1);
        Assert.Equal(7, await errand.Started.Task.WaitAsync(TimeSpan.FromSeconds(60)));
        errand.Release();
    }

    [Fact]
    public async Task A_job_that_outlasts_the_time_out_is_not_started_a_second_time()
    {
        var settings = new UdaSegSettings { Database = cluster.NewDatabase() };
        JobStorage storage = JobStorages.Open(settings, silence: TimeSpan.FromSeconds(2));
        using var errand = new Errand();
        using BackgroundJobServer server = Serve(storage, errand, workers: 2);
        Enqueue(storage);
        await errand.Started.Task.WaitAsync(TimeSpan.FromSeconds(60));
        var signs = new HashSet<DateTime>(); // of life: together they span more than the time-out
        try
        {
            await Eventually.Get(() => Note(signs, settings), s => s.Max() - s.Min() > TimeSpan.FromSeconds(4));
            Assert.Equal(1, errand.Starts);
        }
        finally
        {
            errand.Release();
        }
    }

    private static void Enqueue(JobStorage storage) => new BackgroundJobClient(storage).Create<Errand>(e => e.Run(7), new EnqueuedState("errands"));

    private static BackgroundJobServer Serve(JobStorage storage, Errand errand, int workers) => new(
        new BackgroundJobServerOptions { Queues = ["errands"], WorkerCount = workers, Activator = new Always(errand) }, storage);

    private static HashSet<DateTime> Note(HashSet<DateTime> signs, UdaSegSettings settings)
    {
        using var session = new NpgsqlConnection(settings.Database);
        session.Open();
        using var fetched = new NpgsqlCommand("SELECT fetchedat FROM hangfire.jobqueue", session);
        signs.Add((DateTime)fetched.ExecuteScalar()!);
        return signs;
    }
}

/// <summary>Work that lasts until it is released. Public, as Hangfire calls it.</summary>
public sealed class Errand : IDisposable
{
    private readonly ManualResetEventSlim _release = new();
    private int _starts;

    internal TaskCompletionSource<int> Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal int Starts => Volatile.Read(ref _starts);

    public void Run(int number)
    {
        Interlocked.Increment(ref _starts);
        Started.TrySetResult(number);
        _release.Wait();
    }

    public void Dispose() => _release.Dispose();

    internal void Release() => _release.Set();
}

internal sealed class Always(object job) : JobActivator
{
    public override object ActivateJob(Type jobType) => job;
}
