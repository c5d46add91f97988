using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Tests.Studies;

/// <summary>A server whose runs wait until a test says what becomes of them.</summary>
internal sealed class StudyBench : IAsyncDisposable
{
    public const string Path = "/api/v1/studies";
    public const string RunPath = "/api/v1/training-runs";

    private readonly ApiFactory _api;

    public StudyBench(int maxQueued = 1000, Action<IServiceCollection>? more = null, int workers = 4, int waiting = 16)
    {
        _api = new ApiFactory
        {
            More = services =>
            {
                services.AddSingleton<IJobQueue>(Queue);
                var settings = (UdaSegSettings)services.Last(s => s.ServiceType == typeof(UdaSegSettings)).ImplementationInstance!;
                services.AddSingleton(settings with
                {
                    Limits = settings.Limits with
                    {
                        MaxQueuedRuns = maxQueued,
                        MaxStudyRuns = 40,
                        MaxConcurrentSegmentations = workers,
                        MaxWaitingSegmentations = waiting,
                    },
                });
                more?.Invoke(services);
            },
        };
        Client = _api.CreateClient();
    }

    public HttpClient Client { get; }

    public RecordingQueue Queue { get; } = new();

    public Dataset Source { get; } = Samples.Dataset("source");

    public Dataset Target { get; } = Samples.Dataset("target", labelled: 0);

    public Dataset Truth { get; } = Samples.Dataset("truth");

    public string WeightRoot => _api.WeightRoot;

    public string DatasetRoot => _api.DatasetRoot;

    public T Service<T>()
        where T : notnull => _api.Service<T>();

    public async Task<StudyBench> StartAsync()
    {
        foreach (Dataset set in new[] { Source, Target, Truth }) await AddAsync(set);
        return this;
    }

    public Task AddAsync(Dataset set) => _api.Service<DatasetStore>().AddAsync(set, default);

    /// <summary>A study of two arms and two seeds.</summary>
    public Dictionary<string, object?> Body(object? options = null, object? second = null) => new()
    {
        ["name"] = "what alignment adds",
        ["base"] = Base(options),
        ["arms"] = new object[] { new { name = "aligned" }, new { name = "plain", options = second ?? new { alignment = new { scheme = "none" } } } },
        ["seeds"] = new[] { 3, 5 },
    };

    public Dictionary<string, object?> Base(object? options = null) => new()
    {
        ["source"] = Source.Id,
        ["target"] = Target.Id,
        ["evaluation"] = Truth.Id,
        ["labelSpace"] = "synthia16",
        ["preset"] = "tiny",
        ["options"] = options,
    };

    public Task<JsonElement> SubmitAsync(object body) => Client.PostAsync(Path, body, HttpStatusCode.Accepted);

    public Task<JsonElement> GetAsync(JsonElement study) => Client.GetJsonAsync($"{Path}/{study.Id()}");

    public TrainingRun Begin(Guid run) => _api.Service<RunLedger>().TryTake(run, "owner")!;

    public void Fail(Guid run) => _api.Service<RunLedger>().Write(run, now => now.Fail(Samples.Now, "diverged", "The loss <b>left</b> all bounds."));

    public void Succeed(Guid run) => _api.Service<RunLedger>().Write(run, now => now.Succeed(Samples.Now));

    /// <summary>What a trainer leaves at a stage's end.</summary>
    public (Guid Checkpoint, Guid Evaluation) Publish(Guid run, EvaluationReport report, int stage = 2)
    {
        Checkpoint model = Samples.Checkpoint(run, stage, 100 * (stage + 1), $"weights/{run}/{stage}");
        _api.Service<IArtifactStore>().Write(model.WeightsKey, stream => stream.WriteByte(0));
        _api.Service<CheckpointStore>().Publish(model);
        var record = new EvaluationRecord
        {
            Id = Guid.CreateVersion7(),
            Run = run,
            Checkpoint = model.Id,
            Dataset = Truth.Id,
            Stage = stage,
            Status = EvaluationStatus.Succeeded,
            Report = report,
            CreatedAt = Samples.Now,
        };
        _api.Service<EvaluationStore>().Add(record);
        return (model.Id, record.Id);
    }

    /// <summary>A run from its start to its end.</summary>
    public (Guid Checkpoint, Guid Evaluation) Finish(Guid run, EvaluationReport report)
    {
        Begin(run);
        (Guid, Guid) result = Publish(run, report);
        Succeed(run);
        return result;
    }

    public static Guid RunOf(JsonElement study, int arm, int seed) => study.GetProperty("arms")[arm].GetProperty("runs")[seed].Id("run");

    public ValueTask DisposeAsync() => _api.DisposeAsync();
}
