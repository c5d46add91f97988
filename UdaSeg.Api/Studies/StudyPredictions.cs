using Microsoft.Extensions.Caching.Memory;
using UdaSeg.Api.Datasets;
using UdaSeg.Api.Observability;
using UdaSeg.Api.Requests;
using UdaSeg.Api.Segmentations;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Studies;

/// <summary>
/// What an arm's model says of an image, as an indexed PNG: what its evaluation kept, or computed behind the gate of segmentations and then
/// kept in memory for a while.
/// </summary>
internal sealed class StudyPredictions(
    EvaluationStore evaluations, CheckpointStore checkpoints, KeptPredictions kept, SegmentationWork work, WorkGates gates, UdaSegSettings settings, ServiceMeter meter)
    : IDisposable
{
    /// <summary>A thousand predictions of 2048×1024 pixels or so.</summary>
    private const long MaxBytes = 64 << 20;

    private static readonly TimeSpan Keep = TimeSpan.FromHours(2);

    private readonly MemoryCache _seen = new(new MemoryCacheOptions { SizeLimit = MaxBytes });

    /// <returns>The arm's first run, in the order of the seeds, that has succeeded and whose result is there; null when there is none.</returns>
    public static StudyRunAnswer? ModelOf(StudyArmAnswer arm) =>
        arm.Runs.FirstOrDefault(r => r is { Status: RunStatus.Succeeded, Checkpoint: not null, Evaluation: not null });

    /// <returns>Whether a run of the arm may still bring a model.</returns>
    public static bool MayCome(StudyArmAnswer arm) => arm.Runs.Any(r => !r.Status.IsTerminal());

    /// <exception cref="RuleViolationException"><c>arm-without-model</c>: 409 while a run may still bring one, else 404.</exception>
    public static StudyRunAnswer Require(StudyArmAnswer arm) => ModelOf(arm) ?? throw new RuleViolationException(
        MayCome(arm) ? RuleKind.Conflict : RuleKind.NotFound,
        "arm-without-model",
        MayCome(arm) ? $"No run of the arm '{arm.Name}' has succeeded yet." : $"No run of the arm '{arm.Name}' has succeeded, or its result was deleted.");

    /// <exception cref="RuleViolationException">
    /// <c>dataset-unreadable</c>, <c>checkpoint-unloadable</c> and the like (422), <c>image-too-large</c> (413), <c>queue-full</c> (503).
    /// </exception>
    public async Task<byte[]> GetAsync(StudyRunAnswer model, StudyImageSet set, SampleRef sample, CancellationToken cancel)
    {
        if (await FindAsync(model, set, sample, cancel) is { } known) return known;
        gates.Segmentations.ThrowIfFull();
        Checkpoint checkpoint = await checkpoints.GetAsync(model.Checkpoint!.Value, cancel);
        byte[] file = await Task.Run(() => DatasetImages.ReadFile(sample, sample.ImagePath), cancel);
        using Png said = await gates.Segmentations.RunAsync(new Png(file), new ServerTiming(meter, "segment"), Segment, cancel);
        return Remember(model, set, sample, said.File);

        Png Segment() => work.Read(file, checkpoint, SegmentationParts.Labels, settings.Limits, cancel, result =>
            new Png(PngLabelCodec.WriteIndexed(result.Labels, set.Space))); // a study trains in the label space of what it is measured on
    }

    /// <returns>What need not be computed; else null.</returns>
    public async Task<byte[]?> FindAsync(StudyRunAnswer model, StudyImageSet set, SampleRef sample, CancellationToken cancel)
    {
        if (_seen.TryGetValue(KeyOf(model, set, sample), out byte[]? seen)) return seen;
        EvaluationRecord evaluation = await evaluations.GetAsync(model.Evaluation!.Value, cancel);
        byte[]? found = await Task.Run(() => Kept(evaluation, sample), cancel);
        return found is null ? null : Remember(model, set, sample, found);
    }

    public void Dispose() => _seen.Dispose();

    /// <summary>Another than before when the image's file is.</summary>
    public static string StampOf(string? path)
    {
        var file = new FileInfo(path ?? ".");
        return file.Exists ? $"{file.Length}/{file.LastWriteTimeUtc.Ticks}" : "";
    }

    private byte[]? Kept(EvaluationRecord evaluation, SampleRef sample)
    {
        using PngArchive? archive = kept.Open(evaluation);
        return archive?.Find(sample.Name);
    }

    private byte[] Remember(StudyRunAnswer model, StudyImageSet set, SampleRef sample, byte[] png) => _seen.Set(
        KeyOf(model, set, sample), png, new MemoryCacheEntryOptions { Size = png.Length, SlidingExpiration = Keep });

    private static (Guid Checkpoint, Guid Dataset, string Sample, string Stamp) KeyOf(StudyRunAnswer model, StudyImageSet set, SampleRef sample) =>
        (model.Checkpoint!.Value, set.Dataset.Id, sample.Name, StampOf(sample.ImagePath));

    /// <summary>A plain array for the gate, which disposes what it holds.</summary>
    private sealed record Png(byte[] File) : IDisposable
    {
        public void Dispose()
        {
        }
    }
}
