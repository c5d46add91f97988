using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Images;
using UdaSeg.Infrastructure.Serving.Engines;
using UdaSeg.Infrastructure.Torch.Reading;
using Xunit;

namespace UdaSeg.Api.Tests.Serving;

public sealed class EngineTrialTests
{
    private static readonly (int, int) Size = (4, 4);

    [Fact]
    public void The_fastest_is_kept_and_the_others_are_disposed()
    {
        FakeInferenceEngine quick = new("quick"), slow = Slow("slow", _ => 20), slower = Slow("slower", _ => 60);
        (IInferenceEngine engine, EngineChoice choice) = EngineTrial.Run([Maker(slow), Maker(quick), Maker(slower)], Size, NoFault);
        Assert.Same(quick, engine);
        Assert.Equal("quick", choice.Engine);
        Assert.Equal(["quick", "slow", "slower"], choice.Milliseconds.Keys.Order());
        Assert.Equal([false, true, true], new[] { quick.Disposed, slow.Disposed, slower.Disposed });
    }

    [Fact]
    public void Batches_are_taken_where_they_pay_only()
    {
        Assert.Equal(EngineTrial.Batch, EngineTrial.Run([Maker(Slow("same for all", _ => 20))], Size, NoFault).Choice.MaxBatch);
        Assert.Equal(1, EngineTrial.Run([Maker(Slow("each by itself", count => 20 * count))], Size, NoFault).Choice.MaxBatch);
    }

    [Fact]
    public void What_cannot_be_made_or_gives_no_numbers_is_passed_over_and_named()
    {
        var faults = new List<string>();
        var sound = new FakeInferenceEngine("sound");
        (IInferenceEngine engine, _) = EngineTrial.Run(
            [("absent", () => throw new DllNotFoundException("no such library")), ("broken", () => new NotANumber()), Maker(sound)], Size, (name, _) => faults.Add(name));
        Assert.Same(sound, engine);
        Assert.Equal(["absent", "broken"], faults);
        Assert.Throws<InvalidOperationException>(() => EngineTrial.Run([("absent", () => throw new DllNotFoundException())], Size, (_, _) => { }));
    }

    [Fact]
    public void One_that_labels_otherwise_is_not_chosen_however_fast()
    {
        var faults = new List<string>();
        FakeInferenceEngine sound = Slow("sound", _ => 20), coarse = new("coarse") { Shift = -300 };
        Assert.Same(sound, EngineTrial.Run([Maker(sound), Maker(coarse)], Size, (name, _) => faults.Add(name)).Engine);
        Assert.Equal(["coarse"], faults);
        Assert.True(coarse.Disposed);
    }

    [Fact]
    public void Weights_that_fit_no_engine_are_no_engine_s_fault() =>
        Assert.Throws<RuleViolationException>(() => EngineTrial.Run(
            [("any", () => throw new RuleViolationException(RuleKind.Unusable, "weights-mismatch", "The file lacks a tensor."))], Size, (_, _) => { }));

    [Fact]
    public void Choices_are_remembered_by_kind_and_a_broken_file_is_as_good_as_none()
    {
        using var folder = new TempFolder();
        string file = Path.Combine(folder.Path, "engines.json");
        var choice = new EngineChoice("torch-float32", 4, new Dictionary<string, double> { ["torch-float32"] = 12.5 });
        Assert.Null(new EngineMemory(file).Find("a"));
        new EngineMemory(file).Remember("a", choice);
        new EngineMemory(file).Remember("b", choice with { Engine = "onnxruntime" });
        EngineChoice found = Assert.IsType<EngineChoice>(new EngineMemory(file).Find("a"));
        Assert.Equal((choice.Engine, choice.MaxBatch, 12.5), (found.Engine, found.MaxBatch, found.Milliseconds["torch-float32"]));
        Assert.Equal("onnxruntime", new EngineMemory(file).Find("b")!.Engine);
        Assert.Single(Directory.GetFiles(folder.Path));

        File.WriteAllText(file, "{ half");
        Assert.Null(new EngineMemory(file).Find("a"));
        new EngineMemory(file).Remember("a", choice);
        Assert.NotNull(new EngineMemory(file).Find("a"));
    }

    private static (string, Func<IInferenceEngine>) Maker(FakeInferenceEngine engine) => (engine.Name, () => engine);

    private static FakeInferenceEngine Slow(string name, Func<int, int> milliseconds) => new(name)
    {
        During = images =>
        {
            long until = Environment.TickCount64 + milliseconds(images.Count);
            SpinWait.SpinUntil(() => Environment.TickCount64 >= until);
        },
    };

    private static void NoFault(string name, Exception fault) => Assert.Fail($"{name}: {fault}");

    private sealed class NotANumber : IInferenceEngine
    {
        public string Name => "broken";

        public long Bytes => 0;

        public LogitGrid Run(IReadOnlyList<RgbImage> images)
        {
            var grid = new LogitGrid(images.Count, 1, 1, 1);
            grid.Values.Fill(float.NaN);
            return grid;
        }

        public void Dispose()
        {
        }
    }
}
