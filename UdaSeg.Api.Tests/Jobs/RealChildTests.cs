using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using UdaSeg.Api.Hosting;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Jobs;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Serving.Engines;
using Xunit;

namespace UdaSeg.Api.Tests.Jobs;

/// <summary>With the real program as the child.</summary>
public sealed class RealChildTests
{
    [Fact]
    public async Task A_run_over_a_vanished_data_set_is_failed_by_its_own_process_and_not_tried_again()
    {
        await using var api = new ApiFactory { RealChildren = true };
        Dataset source = FolderSets.Make(api.DatasetRoot, "source", 2, labels: true);
        Dataset target = FolderSets.Make(api.DatasetRoot, "target", 2, labels: false);
        foreach (Dataset set in new[] { source, target }) await api.Service<DatasetStore>().AddAsync(set, default);
        Directory.Delete(Path.Combine(api.DatasetRoot, "target"), recursive: true);
        TrainingRun run = Samples.Run(source: source.Id, target: target.Id);
        api.Service<RunLedger>().Submit(run);
        api.Service<Domain.Ports.IJobQueue>().EnqueueRun(run.Id);
        TrainingRun ended = await Eventually.Get(() => api.Service<RunStore>().Find(run.Id)!, r => r.Status.IsTerminal());
        Assert.Equal((RunStatus.Failed, "dataset-path-not-found", 1), (ended.Status, ended.Failure?.Code, ended.Attempt));
    }

    /// <summary>Some convolutions of these networks have killed processes in native code: here it would be the child's, and the run would say so.</summary>
    [Fact]
    public async Task Deep_networks_train_in_every_precision_and_layout()
    {
        await using var api = new ApiFactory { RealChildren = true };
        Dataset source = FolderSets.Make(api.DatasetRoot, "source", 2, labels: true);
        Dataset target = FolderSets.Make(api.DatasetRoot, "target", 2, labels: false);
        foreach (Dataset set in new[] { source, target }) await api.Service<DatasetStore>().AddAsync(set, default);
        foreach (Backbone backbone in new[] { Backbone.ResNet50, Backbone.ResNet101 })
        {
            foreach (ComputeSettings compute in new ComputeSettings[]
            {
                new(), new(ChannelsLast: ChannelsLastMode.On), new(Precision.BFloat16, ChannelsLastMode.On),
            })
            {
                TrainingRun run = Samples.Run(source: source.Id, target: target.Id) with { Plan = TwoSteps(backbone, compute) };
                api.Service<RunLedger>().Submit(run);
                api.Service<Domain.Ports.IJobQueue>().EnqueueRun(run.Id);
                TrainingRun ended = await Eventually.Get(() => api.Service<RunStore>().Find(run.Id)!, r => r.Status.IsTerminal());
                Assert.Equal((backbone, compute, RunStatus.Succeeded, 1, null), (backbone, compute, ended.Status, ended.Attempt, ended.Failure?.Message));
                IReadOnlyList<RunEvent> metrics = await api.Service<RunEventLog>().ReadAsync(run.Id, 0, 10, default, RunEventKinds.Metrics);
                Assert.All(metrics, m => Assert.True(m.As<MetricsEntry>().Losses["total"] > 0)); // null where it was not finite
                Assert.Equal(2, metrics[^1].As<MetricsEntry>().Iteration);
            }
        }
    }

    [Fact]
    public async Task An_engine_is_tried_in_a_process_of_its_own_before_it_is_chosen()
    {
        await using var api = new ApiFactory { RealChildren = true };
        Checkpoint checkpoint = TinyNetwork.Publish(api, TinyNetwork.File(TinyNetwork.Tensors(3)));
        IEngineCheck check = api.Service<IEngineCheck>();
        Assert.True(check.Survives(checkpoint, EngineNames.Onnx));
        Assert.False(check.Survives(checkpoint, "no-such-engine"));
        Assert.False(check.Survives(checkpoint with { Id = Guid.NewGuid() }, EngineNames.Onnx));
    }

    [Theory]
    [InlineData("exit 0", true)]
    [InlineData("kill -FPE $$", false)] // as a convolution has done
    [InlineData("exit 20", false)]
    public void One_that_ends_in_any_other_way_is_passed_over(string script, bool survives)
    {
        var child = new ScriptedChild(script);
        var check = new ChildEngineCheck(child, TimeProvider.System, NullLogger<ChildEngineCheck>.Instance);
        Checkpoint checkpoint = Samples.Checkpoint(key: "weights");
        Assert.Equal(survives, check.Survives(checkpoint, EngineNames.Float32));
        Assert.Equal(["try-engine", "--checkpoint", $"{checkpoint.Id}", "--engine", EngineNames.Float32], child.Arguments);
    }

    [Fact]
    public async Task A_child_whose_supervisor_is_gone_ends_at_once()
    {
        using var database = new TestDatabase();
        var ledger = new RunLedger(database, TimeProvider.System);
        TrainingRun run = Samples.Run();
        ledger.Submit(run);
        ledger.Write(run.Id, r => r.Start(Samples.Now));
        SqliteConnection.ClearAllPools();

        // Whoever else opens the database waits, for much longer than this test: so the child is at work, and stays so until its pipe ends.
        await using var holder = new SqliteConnection($"Data Source={database.Settings.DatabasePath};Pooling=False");
        await holder.OpenAsync();
        await using (SqliteCommand hold = holder.CreateCommand())
        {
            hold.CommandText = "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;";
            await hold.ExecuteNonQueryAsync();
        }

        ProcessStartInfo start = Program(("UdaSeg:DataRoot", database.Settings.DataRoot)).Command("train", "--run", run.Id.ToString(), "--epoch", "1");
        (start.UseShellExecute, start.RedirectStandardInput) = (false, true);
        using var child = Process.Start(start)!;
        child.StandardInput.Close();
        await child.WaitForExitAsync();
        Assert.Equal("killed by signal 9 (killed, perhaps for want of memory)", TrainerExit.Describe(child.ExitCode));
    }

    [Fact]
    public void A_child_gets_every_setting_that_is_in_force()
    {
        ProcessStartInfo start = Program(("UdaSeg:DataRoot", "/data"), ("UdaSeg:DatasetRoots:1", "/sets"), ("UdaSeg:Limits:MaxPixels", "7"),
            ("Other", "x")).Command("train", "--run", "id");
        Assert.Equal(["/data", "/sets", "7"], new[] { "UdaSeg__DataRoot", "UdaSeg__DatasetRoots__1", "UdaSeg__Limits__MaxPixels" }
            .Select(k => start.Environment[k]));
        Assert.DoesNotContain("Other", start.Environment.Keys);
        Assert.EndsWith("UdaSeg.Api.dll", start.ArgumentList[0]);
        Assert.Equal(["train", "--run", "id"], start.ArgumentList.Skip(1));
    }

    private static TrainingPlan TwoSteps(Backbone backbone, ComputeSettings compute) => TrainingPresets.Tiny with
    {
        Stages = 0,
        CoarseIterations = 2,
        BatchSize = 2,
        Crop = new PixelSize(64, 64),
        Network = new NetworkSettings(backbone, AsppChannels: 16, DecoderChannels: 16, BatchNorm: BatchNormMode.Train),
        Quality = new QualitySettings(0),
        Compute = compute,
    };

    private static ChildProgram Program(params (string Key, string Value)[] settings) => new(
        typeof(Verbs).Assembly,
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build());
}
