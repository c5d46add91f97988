using System.Text.Json;
using UdaSeg.Api.Requests;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Checkpoints;

/// <summary>Takes a model in that another service, or a Python user, has written.</summary>
internal sealed class CheckpointImport(
    UdaSegSettings settings, LabelSpaceStore spaces, CheckpointStore checkpoints, IArtifactStore artifacts, IWeightsInspector inspector, TimeProvider clock) : IDisposable
{
    // An inspection builds a network: one at a time, whatever arrives.
    private readonly SemaphoreSlim _inspections = new(1);

    /// <returns>The published checkpoint: weights first, then the row that makes them known.</returns>
    /// <exception cref="RuleViolationException">
    /// As <see cref="CheckpointUpload.ReadAsync"/>, <see cref="ImportManifestReader.Read"/> and <see cref="IWeightsInspector.Check"/>.
    /// </exception>
    public async Task<Checkpoint> RunAsync(HttpRequest request, CancellationToken cancel)
    {
        string folder = Path.Combine(settings.ResolvedDataRoot, "uploads");
        using CheckpointUpload upload = await CheckpointUpload.ReadAsync(request, folder, settings.Limits.MaxWeightsBytes, cancel);
        ImportManifest posted = ImportManifestReader.Parse(upload.Manifest);
        LabelSpace? known = posted.LabelSpace.ValueKind == JsonValueKind.String ? await spaces.FindAsync(JsonBodies.Text(posted.LabelSpace, "labelSpace"), cancel) : null;
        DateTimeOffset now = clock.GetUtcNow();
        CheckpointManifest manifest = ImportManifestReader.Read(posted, known, upload.Digest, now);
        await InspectAsync(upload.Weights, manifest, cancel);
        var id = Guid.CreateVersion7(now);
        var checkpoint = new Checkpoint(id, manifest, $"checkpoints/{id}/model.safetensors", upload.Weights.Length, now, Imported: true);
        Publish(checkpoint, upload.Weights);
        return checkpoint;
    }

    public void Dispose() => _inspections.Dispose();

    private async Task InspectAsync(Stream weights, CheckpointManifest manifest, CancellationToken cancel)
    {
        await _inspections.WaitAsync(cancel);
        try
        {
            inspector.Check(weights, manifest.Architecture, manifest.LabelSpace.Count);
        }
        finally
        {
            _inspections.Release();
        }
    }

    private void Publish(Checkpoint checkpoint, Stream weights)
    {
        weights.Position = 0;
        artifacts.Write(checkpoint.WeightsKey, output => weights.CopyTo(output));
        try
        {
            checkpoints.Publish(checkpoint);
        }
        catch
        {
            artifacts.Delete(checkpoint.WeightsKey);
            throw;
        }
    }
}
