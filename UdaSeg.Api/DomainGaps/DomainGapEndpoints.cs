using UdaSeg.Api.Datasets;
using UdaSeg.Api.Limits;
using UdaSeg.Api.OpenApi;
using UdaSeg.Api.Requests;
using UdaSeg.Api.Security;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Photometry;
using UdaSeg.Infrastructure.Imaging.Datasets.Owned;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.DomainGaps;

/// <summary>Comparing two data sets.</summary>
internal static class DomainGapEndpoints
{
    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/domain-gaps", MeasureDomainGap)
        .Needs(AccessRole.Viewer).WithName("measureDomainGap").WithTags("Data sets").Produces<DomainGapAnswer>().Fails(400, 409, 415, 422, 503).EndsInTime();

    /// <summary>Measures how far two data sets lie apart before and after alignment</summary>
    /// <remarks>
    /// Each source image looked at is aligned to one target image drawn by the seed, as in training; the same request gives the same answer. Images are
    /// reduced to a longer side of at most 512 pixels.
    /// </remarks>
    private static async Task<IResult> MeasureDomainGap(
        DomainGapRequest body, DatasetStore datasets, OwnedDatasets owned, DomainGapMeasure measure, WorkGates gates, UdaSegSettings settings,
        CancellationToken cancel)
    {
        int limit = settings.Limits.MaxDomainGapImages;
        FaultList faults = new();
        AlignmentSettings alignment = body.ReadSettings(faults);
        faults.Require(body.MaxImages is null || (body.MaxImages >= 1 && body.MaxImages <= limit), "maxImages", $"A number from 1 to {limit} is needed.");
        faults.ThrowIfAny("invalid-domain-gap", "The comparison's parameters are not usable.");
        Dataset source = await datasets.RequireAsync("source", body.Source, cancel), target = await datasets.RequireAsync("target", body.Target, cancel);
        await Task.WhenAll(owned.BringAsync(source, cancel), owned.BringAsync(target, cancel)); // not while others wait for the pass
        using IDisposable pass = await gates.Alignments.EnterAsync(cancel);
        return TypedResults.Ok(await Task.Run(() => measure.Run(source, target, alignment, body.MaxImages ?? limit, body.Seed, cancel), cancel));
    }
}
