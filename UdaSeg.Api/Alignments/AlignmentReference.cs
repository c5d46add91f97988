using System.Globalization;
using UdaSeg.Api.Datasets;
using UdaSeg.Api.Requests;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Training;

namespace UdaSeg.Api.Alignments;

/// <summary>Finds the reference that a request names: an uploaded file, a named sample of a data set, or one drawn by a seed.</summary>
internal sealed class AlignmentReference(DatasetSamples samples)
{
    /// <returns>Null when the reference was uploaded.</returns>
    /// <exception cref="RuleViolationException">
    /// <c>missing-part</c> (400), <c>ambiguous-reference</c> or <c>invalid-alignment</c> (422), <c>dataset-not-found</c> or <c>sample-not-found</c> (404),
    /// <c>dataset-not-ready</c> (409).
    /// </exception>
    public async Task<SampleRef?> FindAsync(Upload upload, CancellationToken cancel)
    {
        string? dataset = upload.Field("referenceDataset");
        if (upload.File("reference") is not null)
        {
            return dataset is null ? null : throw Ambiguous("Give either a file 'reference' or the field 'referenceDataset', not both.");
        }

        if (dataset is null)
        {
            throw FormParts.Missing("reference", "The part 'reference' is missing; give a file, or name a data set by the field 'referenceDataset'.");
        }
        (string? name, long seed) = (upload.Field("referenceSample"), Seed(upload.Field("seed")));
        Dataset found = await samples.GetReadyAsync(dataset, cancel);
        if (name is not null) return samples.Find(found, name);
        IReadOnlyList<SampleRef> all = samples.List(found);
        return all[RandomSource.Below(all.Count, seed, 0, 0, 0, DrawPurpose.Reference)];
    }

    // Without a seed the draw is that of seed 0: the same request gives the same answer.
    private static long Seed(string? text)
    {
        if (text is null) return 0;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long seed)) return seed;
        FaultList faults = new();
        faults.Add("seed", "A whole number is needed.");
        faults.ThrowIfAny("invalid-alignment", "The alignment's parameters are not usable.");
        return 0;
    }

    private static RuleViolationException Ambiguous(string message) =>
        new(RuleKind.Unusable, "ambiguous-reference", message, new Dictionary<string, string[]> { ["reference"] = [message] });
}
