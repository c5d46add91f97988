using System.Text.Json.Nodes;
using UdaSeg.Demo.Scenes;
using UdaSeg.Domain.Datasets;

namespace UdaSeg.Demo;

/// <summary>The ids of what the demo registered with the service.</summary>
internal sealed record Registered(string LabelSpace, string Game, string Camera, string CameraVal);

/// <summary>What a run of the demo came to: its stages' figures and its last checkpoint.</summary>
internal sealed record Trained(RunStory Story, string Checkpoint)
{
    public StageEvaluation At(int stage) => Story.Evaluations.FirstOrDefault(e => e.Stage == stage)
        ?? throw new DemoFailure($"The run '{Story.Name}' sent no evaluation of stage {stage}.");

    public double MiouAt(int stage) => At(stage).Miou ?? throw new DemoFailure("The evaluation set has no labels.");
}

/// <summary>The demo's conversation with a running service.</summary>
internal sealed class DemoSession(UdaSegClient client, DemoPlan plan, ProgressBar bar)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(300);

    public async Task<Registered> RegisterAsync(CancellationToken cancel)
    {
        string space = await client.EnsureLabelSpaceAsync(DemoClasses.Name, DemoClasses.All, cancel);
        string game = await RegisterAsync(DemoData.Game, "source", space, "labels", cancel);
        string camera = await RegisterAsync(DemoData.Camera, "target", space, null, cancel);
        string val = await RegisterAsync(DemoData.CameraVal, "target", space, "labels", cancel);
        return new Registered(space, game, camera, val);
    }

    /// <summary>"Source only": T0 without alignment and without τ.</summary>
    public Task<Trained> TrainSourceOnlyAsync(Registered sets, CancellationToken cancel) => TrainAsync("source only", 0, sets, plan.SourceOnlyOptions(), cancel);

    /// <summary>The whole method.</summary>
    public Task<Trained> TrainCoarseToFineAsync(Registered sets, CancellationToken cancel) =>
        TrainAsync("coarse to fine", plan.Stages, sets, plan.CoarseToFineOptions(), cancel);

    /// <summary>Measures a checkpoint by the public evaluation, apart from what its run reported.</summary>
    public async Task<EvaluationAnswer> EvaluateAsync(string checkpoint, Registered sets, CancellationToken cancel)
    {
        EvaluationAnswer evaluation = await client.EvaluateAsync(checkpoint, sets.CameraVal, cancel);
        while (!evaluation.Ended)
        {
            bar.Show($"evaluating  {evaluation.Status}");
            await Task.Delay(PollInterval, cancel);
            evaluation = await client.GetEvaluationAsync(evaluation.Id, cancel);
        }

        return evaluation is { Status: "succeeded", Miou: not null } ? evaluation : throw new DemoFailure($"The evaluation {evaluation.Status}. {evaluation.Failure?.Message}");
    }

    private async Task<string> RegisterAsync(string set, string domain, string space, string? labels, CancellationToken cancel)
    {
        DatasetAnswer dataset = await client.RegisterDatasetAsync($"demo {set}", domain, $"demo/{set}", space, labels, cancel);
        while (dataset.Status == DatasetStatus.Validating)
        {
            bar.Show($"validating {set}");
            await Task.Delay(PollInterval, cancel);
            dataset = await client.GetDatasetAsync(dataset.Id, cancel);
        }

        DatasetReport report = dataset.Report ?? DatasetReport.Empty;
        if (dataset.Status != DatasetStatus.Ready) throw new DemoFailure($"The data set {set} is {dataset.Status.ToString().ToLowerInvariant()}: {string.Join(" ", report.Errors)}");
        bar.Print($"  {set,-10} {dataset.Samples} images, {dataset.Labelled} labelled{string.Concat(report.Warnings.Select(w => $"\n             {w}"))}");
        return dataset.Id;
    }

    private async Task<Trained> TrainAsync(string name, int stages, Registered sets, JsonObject options, CancellationToken cancel)
    {
        var request = new RunRequest($"demo: {name}", sets.Game, sets.Camera, sets.CameraVal, sets.LabelSpace, plan.Preset, options);
        RunAnswer run = await client.SubmitRunAsync(request, cancel);
        RunStory story = await new RunFollower(client, bar, TimeSpan.FromSeconds(1)).FollowAsync(run, name, stages, cancel);
        RunAnswer ended = await client.GetRunAsync(run.Id, cancel);
        return new Trained(story, ended.Checkpoints.LastOrDefault()?.Id ?? throw new DemoFailure($"The run '{name}' left no checkpoint."));
    }
}
