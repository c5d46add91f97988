using System.Security.Cryptography;
using System.Text;
using UdaSeg.Api.Requests;
using UdaSeg.Domain.Errors;

namespace UdaSeg.Api.Checkpoints;

/// <summary>The two parts of an import. Weights go to the disk as they arrive, whatever their size; the file has no name and ends with this object.</summary>
internal sealed class CheckpointUpload : IDisposable
{
    /// <summary>255 classes and a target style are a tenth of it.</summary>
    private const long MaxManifestBytes = 1 << 20;

    /// <summary>Boundaries and part headers.</summary>
    private const long MaxFraming = 64 << 10;

    private FileStream? _weights;
    private string? _manifest;

    public string Manifest => _manifest ?? throw FormParts.Missing("manifest", "The part 'manifest' is missing.");

    /// <summary>At its start.</summary>
    public Stream Weights => _weights ?? throw FormParts.Missing("weights", "The part 'weights' is missing.");

    /// <summary>SHA-256 of the weights, lower-case hex.</summary>
    public string Digest { get; private set; } = "";

    /// <param name="request">Read to its end.</param>
    /// <param name="folder">Where the weights go; made when missing.</param>
    /// <param name="maxWeights">In bytes.</param>
    /// <param name="cancel">Stops reading.</param>
    /// <exception cref="RuleViolationException">
    /// <c>unsupported-media-type</c> (415), <c>malformed-multipart</c>, <c>unknown-part</c>, <c>doubled-part</c>, <c>missing-part</c> (400),
    /// <c>weights-too-large</c>, <c>body-too-large</c> (413).
    /// </exception>
    public static async Task<CheckpointUpload> ReadAsync(HttpRequest request, string folder, long maxWeights, CancellationToken cancel)
    {
        var upload = new CheckpointUpload();
        try
        {
            await FormParts.ReadAsync(
                request,
                maxWeights + MaxManifestBytes + MaxFraming,
                ["manifest", "weights"],
                (name, part) => name == "manifest" ? upload.ReadManifestAsync(part, cancel) : upload.SaveAsync(part, folder, maxWeights, cancel),
                cancel,
                (_, actual) => TooLarge(maxWeights, actual));
            _ = upload.Manifest;
            _ = upload.Weights;
            return upload;
        }
        catch
        {
            upload.Dispose();
            throw;
        }
    }

    public void Dispose() => _weights?.Dispose();

    private async Task ReadManifestAsync(Stream part, CancellationToken cancel)
    {
        using PooledBytes text = await PooledBytes.ReadAsync(new LimitedStream(part, MaxManifestBytes), null, cancel);
        _manifest = Encoding.UTF8.GetString(text.Span);
    }

    private async Task SaveAsync(Stream part, string folder, long maxWeights, CancellationToken cancel)
    {
        FileStream file = _weights = Nameless(folder);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[128 << 10];
        long total = 0;
        for (int count = await part.ReadAsync(buffer, cancel); count > 0; count = await part.ReadAsync(buffer, cancel))
        {
            total += count;
            if (total > maxWeights) throw TooLarge(maxWeights, total);
            hash.AppendData(buffer, 0, count);
            await WriteAsync(file, buffer.AsMemory(0, count), cancel);
        }

        Digest = Convert.ToHexStringLower(hash.GetHashAndReset());
        await file.FlushAsync(cancel);
        file.Position = 0;
    }

    /// <summary>A full disk is no fault of the client.</summary>
    private static async Task WriteAsync(FileStream file, ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        try
        {
            await file.WriteAsync(bytes, cancel);
        }
        catch (IOException fault)
        {
            throw new RuleViolationException(RuleKind.Busy, "storage-unavailable", "The server cannot store the weights now.", inner: fault);
        }
    }

    /// <summary>Its name is taken away at once: whatever happens to this process, nothing is left behind.</summary>
    private static FileStream Nameless(string folder)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, Guid.NewGuid().ToString("N"));
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, 4096, FileOptions.DeleteOnClose);
        File.Delete(path);
        return file;
    }

    private static RuleViolationException TooLarge(long limit, long actual) =>
        new(RuleKind.TooLarge, "weights-too-large", $"The weights exceed the limit of {limit} bytes.") { Exceeded = (limit, actual) };

    private static RuleViolationException Malformed(string code, string message, Exception? inner = null) =>
        new(RuleKind.Malformed, code, message, inner: inner);
}
