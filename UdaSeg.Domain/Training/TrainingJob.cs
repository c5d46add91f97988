using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Labels;

namespace UdaSeg.Domain.Training;

/// <summary>All that the pipeline needs: no database, no HTTP. Target samples' labels are never read; evaluation samples' are.</summary>
public sealed record TrainingJob(
    Guid RunId,
    string Name,
    TrainingPlan Plan,
    LabelSpace LabelSpace,
    IReadOnlyList<SampleRef> Source,
    IReadOnlyList<SampleRef> Target,
    IReadOnlyList<SampleRef> Evaluation);
