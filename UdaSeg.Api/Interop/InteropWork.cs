using UdaSeg.Api.Requests;
using UdaSeg.Api.Segmentations;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Serving;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Interop;

/// <summary>What every foreign face does with an image: the same gate, the same limits and the same models as <c>POST /segmentations</c>.</summary>
internal sealed class InteropWork(UdaSegSettings settings, WorkGates gates, SegmenterPool pool, SegmentationWork work)
{
    public long MaxBytes => settings.Limits.MaxUploadBytes;

    public long MaxPixels => settings.Limits.MaxPixels;

    /// <exception cref="RuleViolationException"><c>checkpoint-not-found</c> (404).</exception>
    public Task<Checkpoint> ResolveAsync(string idOrAlias, CancellationToken cancel) => pool.ResolveAsync(idOrAlias, cancel);

    /// <param name="file">A JPEG, PNG or WebP.</param>
    /// <param name="model">What segments it.</param>
    /// <param name="parts">What <paramref name="read"/> needs beside the labels.</param>
    /// <param name="read">Makes the answer; the result's arrays are gone when it has returned.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async Task<T> SegmentAsync<T>(ReadOnlyMemory<byte> file, Checkpoint model, SegmentationParts parts, Func<SegmentationResult, T> read, CancellationToken cancel)
    {
        using IDisposable pass = await gates.Segmentations.EnterAsync(cancel);
        return await Task.Run(() => work.Read(file.Span, model, parts, MaxPixels, read), cancel);
    }

    /// <inheritdoc cref="SegmentAsync{T}(ReadOnlyMemory{byte}, Checkpoint, SegmentationParts, Func{SegmentationResult, T}, CancellationToken)"/>
    /// <param name="image">Its pixels go to the pool.</param>
    public async Task<T> SegmentAsync<T>(RgbImage image, Checkpoint model, SegmentationParts parts, Func<SegmentationResult, T> read, CancellationToken cancel)
    {
        using IDisposable pass = await gates.Segmentations.EnterAsync(cancel);
        return await Task.Run(() => work.Read(image, model, parts, read), cancel);
    }

    /// <summary>Whether the model can be used; loads it if need be, as the first request would.</summary>
    public async Task<bool> IsReadyAsync(Checkpoint model, CancellationToken cancel)
    {
        if (pool.Loaded.Contains(model.Id)) return true;
        try
        {
            using IDisposable pass = await gates.Segmentations.EnterAsync(cancel);
            await Task.Run(() => pool.Rent(model).Dispose(), cancel);
            return true;
        }
        catch (RuleViolationException)
        {
            return false; // unloadable, or so busy that a request would be turned away
        }
    }
}
