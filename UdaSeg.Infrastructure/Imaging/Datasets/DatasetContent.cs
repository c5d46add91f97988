using System.Security.Cryptography;
using System.Text;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;

namespace UdaSeg.Infrastructure.Imaging.Datasets;

/// <summary>What makes two data sets the same: their samples' names and the bytes of images and labels. Validation and every later look use this alone.</summary>
internal static class DatasetContent
{
    /// <summary>SHA-256 of one file.</summary>
    public static byte[] Digest(ReadOnlySpan<byte> file) => SHA256.HashData(file);

    /// <summary>
    /// Over (kind, name, digest) of every file, images first, in the samples' order: independent of where the folder lies and of file times.
    /// </summary>
    /// <param name="samples">In ordinal order of the names.</param>
    /// <param name="image">The digest of a sample's image, by index; empty when it cannot be read.</param>
    /// <param name="label">The digest of a sample's label, by index; empty without one.</param>
    /// <returns>Lower-case hex of SHA-256.</returns>
    public static string Hash(IReadOnlyList<SampleRef> samples, Func<int, byte[]> image, Func<int, byte[]> label)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int i = 0; i < samples.Count; i++) Append("image", samples[i].Name, image(i));
        for (int i = 0; i < samples.Count; i++) Append("label", samples[i].Name, label(i));
        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Append(string kind, string name, byte[] digest)
        {
            if (digest.Length == 0) return;
            hash.AppendData(Encoding.UTF8.GetBytes($"{kind}\0{name}\0"));
            hash.AppendData(digest);
        }
    }

    /// <summary>Reads every file anew, without decoding it.</summary>
    /// <exception cref="IOException">When a file cannot be read.</exception>
    public static string HashFiles(IReadOnlyList<SampleRef> samples, CancellationToken cancel)
    {
        return Hash(samples, i => OfFile(samples[i].ImagePath), i => samples[i].LabelPath is { } label ? OfFile(label) : []);

        byte[] OfFile(string path)
        {
            cancel.ThrowIfCancellationRequested();
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 17, FileOptions.SequentialScan);
            return SHA256.HashData(file);
        }
    }

    /// <summary>Refuses a data set whose files are no longer those that its validation looked at.</summary>
    /// <param name="dataset">One that was never validated has nothing to compare with, and passes.</param>
    /// <param name="samples">As listed now.</param>
    /// <param name="cancel">Stops between files.</param>
    /// <exception cref="RuleViolationException"><c>dataset-changed</c>.</exception>
    /// <exception cref="IOException">When a file cannot be read.</exception>
    public static void RequireUnchanged(Dataset dataset, IReadOnlyList<SampleRef> samples, CancellationToken cancel)
    {
        if (dataset.ContentHash is null || HashFiles(samples, cancel) == dataset.ContentHash) return;
        throw new RuleViolationException(
            RuleKind.Unusable,
            "dataset-changed",
            $"The files of the data set '{dataset.Name}' are not those that were validated: some were changed, added, renamed or removed. Register it anew.");
    }
}
