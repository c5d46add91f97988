using System.Diagnostics;

namespace UdaSeg.Demo;

/// <summary>The demo from the first pixel to the last word, read from top to bottom.</summary>
internal sealed class DemoScript(DemoOptions options, ProgressBar bar)
{
    private readonly DemoPlan _plan = DemoPlan.For(options);
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancel)
    {
        Directory.CreateDirectory(options.DataRoot);
        var data = new DemoData(Path.Combine(options.DataRoot, "datasets", "demo"), _plan);
        bar.Print($"UdaSeg demo, data root {options.DataRoot}");
        int images = _plan.GameImages + _plan.CameraImages + _plan.CameraValImages;
        data.Render((done, total) => bar.Show(ProgressLine.Of("rendering streets", done, total)), cancel);
        bar.Finish(ProgressLine.Of("rendering streets", images, images));

        await using ServiceProcess service = ServiceProcess.Start(options);
        using var http = new HttpClient { BaseAddress = service.Address, Timeout = Timeout.InfiniteTimeSpan };
        var client = new UdaSegClient(http);
        try
        {
            bar.Show("starting the service");
            await service.WaitUntilReadyAsync(client, cancel);
            bar.Print($"the service listens on {service.Address}");
            bool gained = await TrainAndShowAsync(client, data, service.Address, cancel);
            if (!options.Exit) await ServeAsync(service, cancel);
            return gained || options.Fast ? 0 : 1;
        }
        catch (Exception fault) when (fault is DemoFailure or HttpRequestException && !cancel.IsCancellationRequested)
        {
            bar.Print($"\nThe service's last words ({Path.Combine(options.DataRoot, "service.log")}):\n{string.Join('\n', service.LogTail(15))}\n");
            if (fault is DemoFailure) throw;
            throw new DemoFailure(service.HasExited ? "The service ended unexpectedly." : $"The service does not answer: {fault.Message}", fault);
        }
    }

    private async Task<bool> TrainAndShowAsync(UdaSegClient client, DemoData data, Uri address, CancellationToken cancel)
    {
        var session = new DemoSession(client, _plan, bar);
        Registered sets = await session.RegisterAsync(cancel);
        Trained sourceOnly = await session.TrainSourceOnlyAsync(sets, cancel);
        Trained adapted = await session.TrainCoarseToFineAsync(sets, cancel);
        EvaluationAnswer final = await session.EvaluateAsync(adapted.Checkpoint, sets, cancel);
        await client.PointAliasAsync("default", adapted.Checkpoint, cancel); // the first model of a new data root, source only, has that name
        ShowFigures(sourceOnly, adapted, final);

        string report = await SaveReportAsync(client, final, cancel);
        string picture = await new DemoGallery(client, data, options.DataRoot).DrawAsync(sourceOnly, adapted, final.Miou!.Value, cancel);
        double[] perStage = [.. Enumerable.Range(0, _plan.Stages + 1).Select(adapted.MiouAt)];
        double seconds = Math.Round(Stopwatch.GetElapsedTime(_start).TotalSeconds, 1);
        var summary = new DemoSummary(sourceOnly.MiouAt(0), perStage[0], final.Miou.Value, perStage, seconds, adapted.Checkpoint, report);
        string summaryPath = summary.WriteTo(options.DataRoot);
        bar.Print($"""
            picture     {picture}
            report      {report}
            summary     {summaryPath}  ({seconds:0} s)
            """);
        if (!summary.Gained) bar.Print("The adapted model is no better than the one trained on the source alone.");
        if (!options.Exit) bar.Print(Directions(address, data));
        return summary.Gained;
    }

    private void ShowFigures(Trained sourceOnly, Trained adapted, EvaluationAnswer final)
    {
        IEnumerable<(string, double?)> stages = adapted.Story.Evaluations
            .Select(e => (e.Stage == 0 ? "coarse alignment" : $"adapted, stage {e.Stage}", e.Miou));
        bar.Print("\n" + Scoreboard.Miou([("source only", sourceOnly.MiouAt(0)), .. stages]));
        bar.Print(Scoreboard.PerClass([("source only", sourceOnly.At(0).PerClass), ("coarse", adapted.At(0).PerClass), ("adapted", final.PerClass ?? [])]));
    }

    private async Task<string> SaveReportAsync(UdaSegClient client, EvaluationAnswer evaluation, CancellationToken cancel)
    {
        string path = Path.Combine(options.DataRoot, "demo-evaluation.json");
        await File.WriteAllBytesAsync(path, await client.GetEvaluationReportAsync(evaluation.Id, cancel), cancel);
        return path;
    }

    private static string Directions(Uri address, DemoData data) => $"""

        The service goes on at {address} until Ctrl-C. Look around:
          {address}swagger
          curl --data-binary @{data.ImagePath(DemoData.CameraVal, 1)} -H 'Content-Type: image/png' \
            -o overlay.png '{address}api/v1/segmentations?encoding=overlay'
        """;

    private static async Task ServeAsync(ServiceProcess service, CancellationToken cancel)
    {
        try
        {
            await service.WaitForExitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            return; // Ctrl-C is how this is meant to end
        }

        throw new DemoFailure("The service ended unexpectedly.");
    }
}
