using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Evaluation;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Ports;
using UdaSeg.Domain.Training;

namespace UdaSeg.Api.Tests.Support;

/// <summary>A trainer that does what the test says.</summary>
internal sealed class FakeTrainer(Action<TrainingJob, IRunJournal, CancellationToken> train) : ITrainer
{
    public void Train(TrainingJob job, IArtifactStore outputs, IRunJournal journal, CancellationToken cancel) => train(job, journal, cancel);
}

internal sealed class FakeEvaluator(Func<EvaluationJob, IProgress<double>?, EvaluationReport> evaluate) : IEvaluator
{
    public EvaluationReport Evaluate(EvaluationJob job, IProgress<double>? progress, CancellationToken cancel) => evaluate(job, progress);
}

/// <summary>Loads nothing, or fails as told.</summary>
internal sealed class FakeLoader : ISegmenterLoader
{
    public Exception? Fault { get; set; }

    public ISegmenter Load(Checkpoint checkpoint) => Fault is null ? new FakeSegmenter(checkpoint.Manifest) : throw Fault;

    private sealed class FakeSegmenter(CheckpointManifest manifest) : ISegmenter
    {
        public CheckpointManifest Manifest { get; } = manifest;

        public string Engine => "fake";

        public long Bytes => 0;

        public SegmentationResult Segment(RgbImage image, SegmentationParts parts = SegmentationParts.Labels) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
