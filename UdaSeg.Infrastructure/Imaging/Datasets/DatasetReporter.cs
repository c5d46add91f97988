using System.Globalization;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Labels;

namespace UdaSeg.Infrastructure.Imaging.Datasets;

/// <summary>Turns what was found, sample by sample, into a report for the user.</summary>
internal static class DatasetReporter
{
    /// <summary>Sentences listed one by one; the rest is counted.</summary>
    public const int MaxListed = 20;

    public static DatasetReport Report(Dataset dataset, LabelSpace space, DatasetListing listing, SampleCheck[] checks)
    {
        (List<string> errors, List<string> warnings) = ([], []);
        AddPairing(dataset, listing, errors, warnings);
        errors.AddRange(checks.SelectMany(c => c.Errors));
        long[] classPixels = ClassPixels(checks, space.Count);
        UnknownId[] unknown = Unknown(checks);
        AddLabelFindings(dataset, checks, classPixels, unknown, errors, warnings);
        AddDuplicates(listing, checks, warnings);
        SizeCount[] sizes =
        [
            .. checks.Where(c => c.Size is not null).GroupBy(c => c.Size!.Value)
                .Select(g => new SizeCount(g.Key.Width, g.Key.Height, g.Count()))
                .OrderByDescending(s => s.Samples).ThenBy(s => s.Width).ThenBy(s => s.Height),
        ];
        return new DatasetReport(Limit(errors, "error"), Limit(warnings, "warning"), classPixels, unknown, sizes);
    }

    private static void AddPairing(Dataset dataset, DatasetListing listing, List<string> errors, List<string> warnings)
    {
        bool source = dataset.Domain == DatasetDomain.Source;
        int labelled = listing.Samples.Count(s => s.LabelPath is not null);
        errors.AddRange(listing.Doubled.Select(d => $"There are two files for {d}."));
        if (listing.Samples.Count == 0) errors.Add("The data set is empty: no image (PNG, JPEG or WebP) was found.");
        else if (source && dataset.Labels is null) errors.Add("A source data set needs labels.");
        else if (dataset.Labels is not null && labelled == 0) errors.Add("No label belongs to any image: a label must have the same sub-folder and file stem as its image.");
        else if (dataset.Labels is not null)
        {
            (source ? errors : warnings).AddRange(listing.Samples.Where(s => s.LabelPath is null).Select(s => $"The image '{s.Name}' has no label."));
        }

        warnings.AddRange(listing.OrphanLabels.Select(n => $"The label '{n}' has no image."));
        warnings.AddRange(listing.OddSizes.Select(n => $"The sample '{n}' is left out: its label differs in size from its image."));
    }

    private static void AddLabelFindings(
        Dataset dataset, SampleCheck[] checks, long[] classPixels, UnknownId[] unknown, List<string> errors, List<string> warnings)
    {
        if (unknown.Length > 0)
        {
            IEnumerable<string> listed = unknown.Take(MaxListed).Select(u => string.Create(CultureInfo.InvariantCulture, $"{u.Value} ({u.Pixels} pixels)"));
            string more = unknown.Length > MaxListed ? $" and {unknown.Length - MaxListed} more" : string.Empty;
            warnings.Add($"Label values that the mapping does not list are ignored: {string.Join(", ", listed)}{more}.");
        }

        bool anyRead = checks.Any(c => c.ClassPixels.Length > 0);
        if (!anyRead || classPixels.Any(n => n > 0)) return;
        (dataset.Domain == DatasetDomain.Source ? errors : warnings).Add("No labelled pixel belongs to a class of the label space: check the mapping.");
    }

    private static void AddDuplicates(DatasetListing listing, SampleCheck[] checks, List<string> warnings)
    {
        IEnumerable<string[]> groups = checks.Zip(listing.Samples)
            .Where(p => p.First.ImageDigest.Length > 0)
            .GroupBy(p => Convert.ToHexString(p.First.ImageDigest), p => p.Second.Name)
            .Select(g => g.ToArray())
            .Where(names => names.Length > 1);
        warnings.AddRange(groups.Select(names => $"The images {Join(names)} have the same content."));
    }

    private static string Join(string[] names) =>
        string.Join(", ", names.Take(MaxListed).Select(n => $"'{n}'")) + (names.Length > MaxListed ? $" and {names.Length - MaxListed} more" : string.Empty);

    private static long[] ClassPixels(SampleCheck[] checks, int classCount)
    {
        if (checks.All(c => c.ClassPixels.Length == 0)) return [];
        var sum = new long[classCount];
        foreach (SampleCheck check in checks)
        {
            for (int i = 0; i < check.ClassPixels.Length; i++) sum[i] += check.ClassPixels[i];
        }

        return sum;
    }

    // A sample gives its most frequent ones only, so that noise instead of labels cannot fill the memory.
    private static UnknownId[] Unknown(SampleCheck[] checks) =>
    [
        .. checks.SelectMany(c => c.Unknown).GroupBy(u => u.Value)
            .Select(g => new UnknownId(g.Key, g.Sum(u => u.Pixels)))
            .OrderByDescending(u => u.Pixels).ThenBy(u => u.Value, StringComparer.Ordinal)
            .Take(LabelReader.MaxUnknown),
    ];

    private static List<string> Limit(List<string> sentences, string what)
    {
        int more = sentences.Count - MaxListed;
        return more <= 0 ? sentences : [.. sentences.Take(MaxListed), $"… and {more} more {what}{(more == 1 ? string.Empty : "s")}."];
    }
}
