using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Infrastructure.Imaging.Datasets;
using UdaSeg.Infrastructure.Persistence;

namespace UdaSeg.Api.TrainingRuns;

/// <summary>
/// Sees by content when a run would be measured on images that it learns from. It is asked at submission: only a run says which set is which, and validation
/// has left every set's digests for it. Labelled source images in the evaluation make its figure worthless; unlabelled target images in it are common practice
/// in self-training, and worth knowing.
/// </summary>
internal sealed class EvaluationLeak(DatasetStore datasets, SharedImages images)
{
    /// <returns>Sentences to keep with the run.</returns>
    /// <exception cref="RuleViolationException"><c>evaluation-leak</c> (422).</exception>
    public async Task<IReadOnlyList<string>> CheckAsync(TrainingRunRequest request, CancellationToken cancel)
    {
        if (request.Evaluation is not { } id) return [];
        Dataset evaluation = await datasets.GetAsync(id, cancel);
        var warnings = new List<string>();
        foreach (Guid source in request.Source) await CompareAsync(evaluation, source, "labelled source", warnings, forbidden: !request.AllowLeakage, cancel);
        await CompareAsync(evaluation, request.Target, "target", warnings, forbidden: false, cancel);
        return warnings;
    }

    private async Task CompareAsync(Dataset evaluation, Guid id, string role, List<string> warnings, bool forbidden, CancellationToken cancel)
    {
        Dataset other = await datasets.GetAsync(id, cancel);
        int? shared = await Task.Run(() => images.Count(evaluation, other), cancel);
        if (shared == 0) return;
        string sentence = shared is { } count
            ? $"The evaluation set '{evaluation.Name}' shares {count} image{(count == 1 ? "" : "s")} with the {role} set '{other.Name}'."
            : $"The evaluation set '{evaluation.Name}' could not be compared with the {role} set '{other.Name}': register anew what was validated by an older version.";
        if (forbidden && shared is not null)
        {
            throw RunSubmission.Unusable("evaluation-leak", "evaluation", $"{sentence} Its figure would be worthless; send allowLeakage if that is meant.");
        }

        warnings.Add(sentence);
    }
}
