using Microsoft.Extensions.Logging.Abstractions;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Imaging.Datasets.Owned;
using UdaSeg.Infrastructure.Jobs;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.Jobs;

public sealed class RunSupervisorTests : IDisposable
{
    private readonly TestDatabase _database = new();
    private readonly TempFolder _folder = new();
    private readonly RecordingQueue _queue = new();

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_child_that_finishes_makes_the_run_succeed_and_its_last_model_the_default()
    {
        TrainingRun run = Submit();
        var checkpoints = new CheckpointStore(_database);
        checkpoints.Publish(Samples.Checkpoint(run.Id, 0, 300));
        (Guid last, _) = checkpoints.Publish(Samples.Checkpoint(run.Id, run.Plan.Stages, 600));
        var child = new ScriptedChild("exit 0");
        Supervisor(child).Run(run.Id);
        Assert.Equal(["train", "--run", run.Id.ToString(), "--epoch", "1"], child.Arguments);
        Assert.Equal(RunStatus.Succeeded, Now(run).Status);
        CheckpointAlias alias = Assert.Single(await Aliases().ListAsync(default));
        Assert.Equal(("default", last), (alias.Name, alias.Checkpoint));
        Assert.Equal([RunStatus.Queued, RunStatus.Running, RunStatus.Succeeded], await StatusesAsync(run));
    }

    [Fact]
    public async Task A_default_that_someone_chose_stays()
    {
        TrainingRun run = Submit();
        var checkpoints = new CheckpointStore(_database);
        (Guid chosen, _) = checkpoints.Publish(Samples.Checkpoint());
        await Aliases().PutAsync("default", chosen, default);
        checkpoints.Publish(Samples.Checkpoint(run.Id, run.Plan.Stages));
        Supervisor(new ScriptedChild("exit 0")).Run(run.Id);
        Assert.Equal(chosen, Assert.Single(await Aliases().ListAsync(default)).Checkpoint);
    }

    [Theory]
    [InlineData("kill -9 $$", "killed by signal 9")]
    [InlineData("kill -ABRT $$", "killed by signal 6")]
    [InlineData("echo 'the last words' >&2; exit 134", "killed by signal 6")]
    [InlineData("exit 77", "ended with exit code 77")]
    [InlineData("exit 10", "stopped after a checkpoint")]
    [InlineData("exit 0", "ended without its last model")]
    public async Task A_child_that_dies_interrupts_the_run_which_is_queued_again(string script, string cause)
    {
        TrainingRun run = Submit();
        Supervisor(new ScriptedChild(script)).Run(run.Id);
        Assert.Equal((RunStatus.Queued, 1), (Now(run).Status, Now(run).Attempt));
        Assert.Equal([run.Id], _queue.Runs);
        Assert.Equal([RunStatus.Queued, RunStatus.Running, RunStatus.Interrupted, RunStatus.Queued], await StatusesAsync(run));
        Assert.Contains(await EventsAsync<StatusEntry>(run, RunEventKinds.Status),
            e => e.Status == RunStatus.Interrupted && e.Cause!.StartsWith(cause, StringComparison.Ordinal));
        if (script.Contains("words")) Assert.Contains("the last words", Assert.Single(await EventsAsync<LogEntry>(run, RunEventKinds.Log)).Message);
    }

    [Fact]
    public void Crashing_three_times_without_progress_fails_the_run()
    {
        TrainingRun run = Submit();
        RunSupervisor supervisor = Supervisor(new ScriptedChild("kill -ABRT $$"));
        for (int attempt = 1; attempt <= 3; attempt++)
        {
            Assert.Equal(RunStatus.Queued, Now(run).Status);
            supervisor.Run(run.Id);
        }

        Assert.Equal((RunStatus.Failed, "trainer-crashed", 3), (Now(run).Status, Now(run).Failure?.Code, Now(run).Attempt));
        Assert.Equal(2, _queue.Runs.Count);
    }

    [Fact]
    public void A_child_that_recorded_its_failure_keeps_its_reason()
    {
        TrainingRun run = Submit();
        var ledger = new RunLedger(_database, TimeProvider.System);
        string ready = _folder.Sub("ready");
        var child = new ScriptedChild($"while [ ! -e '{ready}' ]; do sleep 0.02; done; exit 20");
        Task failing = Task.Run(async () =>
        {
            await Eventually.Get(() => Now(run).Status, s => s == RunStatus.Running);
            ledger.Write(run.Id, r => r.Fail(Samples.Now, "dataset-empty", "no images"));
            await File.WriteAllTextAsync(ready, "");
        });
        Supervisor(child).Run(run.Id);
        Assert.True(failing.IsCompletedSuccessfully);
        Assert.Equal("dataset-empty", Now(run).Failure?.Code);
    }

    [Fact]
    public async Task A_cancel_reaches_the_child_as_a_request_to_stop()
    {
        TrainingRun run = Submit();
        string stopped = _folder.Sub("stopped");
        string ready = _folder.Sub("ready");
        var child = new ScriptedChild($"trap 'echo x > {stopped}; exit 10' TERM; echo x > {ready}; while :; do sleep 0.05; done");
        Task job = Task.Run(() => Supervisor(child).Run(run.Id));
        await Eventually.Get(() => File.Exists(ready), there => there);
        new RunLedger(_database, TimeProvider.System).Write(run.Id, r => r.Cancel(Samples.Now));
        await job;
        Assert.True(File.Exists(stopped));
        Assert.Equal(RunStatus.Cancelled, Now(run).Status);
        Assert.Empty(_queue.Runs);
    }

    [Fact]
    public async Task A_child_that_will_not_stop_is_killed_after_its_grace()
    {
        TrainingRun run = Submit();
        string ready = _folder.Sub("ready");
        var child = new ScriptedChild($"trap '' TERM; echo x > {ready}; while :; do sleep 0.05; done");
        Task job = Task.Run(() => Supervisor(child, new ManualClock(TimeSpan.FromSeconds(20))).Run(run.Id));
        await Eventually.Get(() => File.Exists(ready), there => there);
        new RunLedger(_database, TimeProvider.System).Write(run.Id, r => r.Cancel(Samples.Now));
        await job;
        Assert.Equal(RunStatus.Cancelled, Now(run).Status);
    }

    [Fact]
    public async Task A_server_that_stops_stops_the_child_and_leaves_the_run_for_the_next()
    {
        TrainingRun run = Submit();
        using var stopping = new CancellationTokenSource();
        Task job = Task.Run(() => Supervisor(new ScriptedChild(ScriptedChild.Patient), stopping: stopping.Token).Run(run.Id));
        await Eventually.Get(() => Now(run).Status, s => s == RunStatus.Running);
        await stopping.CancelAsync();
        await job;
        Assert.Equal([RunStatus.Queued, RunStatus.Running, RunStatus.Interrupted, RunStatus.Queued], await StatusesAsync(run));
        Assert.Equal([run.Id], _queue.Runs); // for another worker, where the queue is shared
        await Recovery().RecoverAsync(default);
        Assert.Equal(RunStatus.Queued, Now(run).Status);
        Assert.Equal([run.Id, run.Id], _queue.Runs);
    }

    [Fact]
    public void A_job_delivered_twice_starts_the_run_once()
    {
        TrainingRun run = Submit();
        new CheckpointStore(_database).Publish(Samples.Checkpoint(run.Id, run.Plan.Stages));
        var child = new ScriptedChild("exit 0");
        Supervisor(child).Run(run.Id);
        Supervisor(child).Run(run.Id);
        Assert.Equal((1, 1), (child.Starts, Now(run).Attempt));
    }

    private TrainingRun Submit()
    {
        TrainingRun run = Samples.Run();
        new RunLedger(_database, TimeProvider.System).Submit(run);
        return run;
    }

    private RunSupervisor Supervisor(IChildProgram child, TimeProvider? clock = null, CancellationToken stopping = default)
    {
        clock ??= TimeProvider.System;
        return new RunSupervisor(
            new RunStore(_database), new RunLedger(_database, clock), new RunLeases(_database), new RunLeaseTimes(TimeSpan.FromSeconds(30)), Endings(clock), child,
            clock, new ServerStopping(stopping), NullLogger<RunSupervisor>.Instance);
    }

    private RunEndings Endings(TimeProvider clock) => new(
        new RunLedger(_database, clock), new RunDeaths(_database), new CheckpointStore(_database), Aliases(), _queue, clock, NullLogger<RunEndings>.Instance);

    private JobRecovery Recovery() => new(
        new RunStore(_database), new RunLedger(_database, TimeProvider.System), new DatasetStore(_database), new EvaluationStore(_database), _queue,
        new OwnedFolders(_database.Settings.ResolvedDataRoot), TimeProvider.System, NullLogger<JobRecovery>.Instance);

    private AliasStore Aliases() => new(_database, TimeProvider.System);

    private TrainingRun Now(TrainingRun run) => new RunStore(_database).Find(run.Id)!;

    private async Task<IEnumerable<RunStatus>> StatusesAsync(TrainingRun run) => (await EventsAsync<StatusEntry>(run, RunEventKinds.Status))
        .Select(e => e.Status);

    private async Task<List<T>> EventsAsync<T>(TrainingRun run, string kind) =>
        [.. (await new RunEventLog(_database, TimeProvider.System).ReadAsync(run.Id, 0, 1000, default, kind)).Select(e => e.As<T>())];
}
