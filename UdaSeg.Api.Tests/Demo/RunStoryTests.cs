using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using UdaSeg.Demo;
using UdaSeg.Domain.Training;
using Xunit;

namespace UdaSeg.Api.Tests.Demo;

/// <summary>From the bytes of an event stream to the line a user sees.</summary>
public sealed class RunStoryTests
{
    private const string Stream = """
        id: 1
        event: status
        data: {"status":"running","attempt":1}

        : keep-alive

        id: 2
        event: progress
        data: {"stage":0,"iteration":150,"totalIterations":600,"phase":"training","phaseShare":0.5,"loss":0.43219,"imagesPerSecond":38.26,"etaSeconds":80.4}

        id: 3
        event: metrics
        data: {"whatever":1}

        id: 4
        event: evaluation
        data: {"stage":0,"iteration":300,"evaluation":"7","miou":0.41,"subsets":{},"perClass":[{"index":0,"name":"road","iou":0.9,"accuracy":0.95,"pixels":10}]}

        id: 5
        event: progress
        data: {"stage":1,"iteration":300,"totalIterations":600,"phase":"pseudoLabels","phaseShare":0.25,"loss":null,"imagesPerSecond":null,"etaSeconds":null}

        id: 6
        event: status
        data: {"status":"succeeded"}


        """;

    [Fact]
    public async Task A_stream_is_told_as_it_comes()
    {
        var lines = new List<string>();
        var story = new RunStory("coarse to fine", 2);
        await foreach (SseItem<string> item in SseParser.Create(new MemoryStream(Encoding.UTF8.GetBytes(Stream))).EnumerateAsync(TestContext.Current.CancellationToken))
        {
            story = story.Apply(item);
            lines.Add(ProgressLine.Of(story));
        }

        Assert.Equal("coarse to fine  running", lines[0]);
        Assert.Equal("coarse to fine  coarse  ██████░░░░░░░░░░░░░░░░░░  25 %  loss 0.432  38.3 images/s  1:20 left", lines[1]);
        Assert.Equal("coarse to fine  adapt 1/2  ████████████░░░░░░░░░░░░  50 %  pseudo-labels  25 %", lines[4]);
        Assert.Equal(RunStatus.Succeeded, story.Status);
        Assert.Equal("6", story.LastEventId);
        Assert.Equal(0.41, Assert.Single(story.Evaluations).Miou);
    }

    [Fact]
    public void A_stage_that_is_evaluated_again_keeps_its_last_figure_and_the_order()
    {
        RunStory story = new RunStory("x", 2).Apply(Evaluation(1, 0.3)).Apply(Evaluation(0, 0.2)).Apply(Evaluation(1, 0.5));
        Assert.Equal([(0, 0.2), (1, 0.5)], story.Evaluations.Select(e => (e.Stage, e.Miou!.Value)));
    }

    private static SseItem<string> Evaluation(int stage, double miou) =>
        new(JsonSerializer.Serialize(new StageEvaluation(stage, 1, miou, []), UdaSegClient.Json), "evaluation");
}
