using Hangfire;
using Hangfire.States;
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
        new BackgroundJobClient(JobStorages.Open(settings)).Create<Errand>(e => e.Run(7), new EnqueuedState("errands"));
        var errand = new Errand();
        using (new BackgroundJobServer(
            new BackgroundJobServerOptions { Queues = ["errands"], WorkerCount = 1, Activator = new Always(errand) }, JobStorages.Open(settings)))
        {
            Assert.Equal(7, await errand.Done.Task.WaitAsync(TimeSpan.FromSeconds(60)));
        }
    }
}

/// <summary>Work that can be waited for. Public, as Hangfire calls it.</summary>
public sealed class Errand
{
    internal TaskCompletionSource<int> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Run(int number) => Done.TrySetResult(number);
}

internal sealed class Always(object job) : JobActivator
{
    public override object ActivateJob(Type jobType) => job;
}
