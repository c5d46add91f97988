using System.Net.ServerSentEvents;
using UdaSeg.Domain.Training;

namespace UdaSeg.Demo;

/// <summary>Follows a run's events to its end, across dropped connections.</summary>
/// <param name="pause">Before a dropped stream is asked for again.</param>
internal sealed class RunFollower(UdaSegClient client, ProgressBar bar, TimeSpan pause)
{
    /// <returns>The run's story once it has succeeded.</returns>
    /// <exception cref="DemoFailure">It failed, was cancelled, or the service is gone.</exception>
    public async Task<RunStory> FollowAsync(RunAnswer run, string name, int stages, CancellationToken cancel)
    {
        var story = new RunStory(name, stages);
        while (true)
        {
            story = await ReadAsync(run.Id, story, cancel);
            RunAnswer now = await client.GetRunAsync(run.Id, cancel); // the stream may end for other reasons than the run's end
            if (now.Status == RunStatus.Succeeded) break;
            if (now.Status.IsTerminal()) throw Failure(now, story);
            await Task.Delay(pause, cancel);
        }

        bar.Finish(ProgressLine.Of(story));
        return story;
    }

    private static DemoFailure Failure(RunAnswer run, RunStory story)
    {
        string outcome = run.Status == RunStatus.Failed ? "failed" : "was cancelled";
        return new DemoFailure($"The run '{story.Name}' {outcome}. {run.Failure?.Message}{(story.LastLog is { } log ? $"\n{log}" : "")}");
    }

    private async Task<RunStory> ReadAsync(string id, RunStory story, CancellationToken cancel)
    {
        try
        {
            await foreach (SseItem<string> item in client.EventsAsync(id, story.LastEventId, cancel))
            {
                story = story.Apply(item);
                if (story.Status.IsTerminal()) return story;
                bar.Show(ProgressLine.Of(story));
            }
        }
        catch (IOException)
        {
            // The connection dropped: the caller asks how the run stands and connects again from the last event.
        }

        return story;
    }
}
