using System.Globalization;
using UdaSeg.Api.Datasets;
using UdaSeg.Api.Limits;
using UdaSeg.Api.Observability;
using UdaSeg.Api.OpenApi;
using UdaSeg.Api.Requests;
using UdaSeg.Api.Security;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Photometry;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Alignments;

/// <summary>Photometric alignment of one image (section 3.2 of the paper).</summary>
internal static class AlignmentEndpoints
{
    private const string Json = "application/json";

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/alignments", AlignImage)
        .Needs(AccessRole.Viewer).WithName("alignImage").WithTags("Alignments")
        .ReadsForm(
            new("source", "The image to align: PNG, JPEG or WebP.", File: true, Required: true),
            new("reference", "The image whose lightness and colours it takes on. Or name a data set.", File: true),
            new("referenceDataset", "A data set's id, instead of a file."),
            new("referenceSample", "The sample of that data set; without it one is drawn."),
            new("seed", "Seed of the draw, a whole number; 0 without it."))
        .Produces<AlignmentAnswer>()
        .AnswersBytes("The aligned image, of the source's size.", OperationNotes.ImageTypes, new()
        {
            ["X-Gamma"] = "γ of L*; 1 where none applies.",
            ["X-Reference-Sample"] = "The data set's sample that was the reference, percent-encoded.",
            ["Server-Timing"] = "Milliseconds: queue, decode, compute, encode, total.",
        })
        .Fails(400, 404, 406, 409, 413, 415, 422, 503).EndsInTime();

    /// <summary>Aligns an image to a reference</summary>
    /// <remarks>
    /// Global photometric alignment: the source takes on the reference's lightness by a gamma curve on L* (equation 2) and its colours by histogram matching
    /// on a* and b*. By Accept the answer is the image (PNG unless asked otherwise), or JSON with the image in base64, the gamma and the histograms (64 bins).
    /// </remarks>
    /// <param name="scheme">Which operators are applied.</param>
    /// <param name="beta">Weight of (γ − 1)² in equation 2: 0 demands equal means, large values keep γ at 1.</param>
    /// <param name="fourierBeta">For fourier: half-width of the swapped amplitude window as a share of the shorter side.</param>
    private static async Task<IResult> AlignImage(
        HttpContext context,
        UdaSegSettings settings,
        WorkGates gates,
        IImageCodec codec,
        AlignmentReference references,
        ServiceMeter meter,
        [OneOf(typeof(AlignmentScheme), Default = "hybrid", Except = "gan")] string? scheme = null,
        [Number(0, 100, AlignmentSettings.DefaultBeta)] string? beta = null,
        [Number(0, 0.5, AlignmentSettings.DefaultFourierBeta)] string? fourierBeta = null)
    {
        gates.Alignments.ThrowIfFull(); // before the body is read
        ServerTiming timing = new(meter, "align");
        string type = Negotiation.Choose(context.Request, [.. OperationNotes.ImageTypes, Json]);
        AlignmentSettings alignment = ReadSettings(scheme, beta, fourierBeta);
        using Upload upload = await Upload.ReadFormAsync(
            context.Request, settings.Limits.MaxUploadBytes, ["source", "reference"], ["referenceDataset", "referenceSample", "seed"]);
        upload.Required("source");
        SampleRef? sample = await references.FindAsync(upload, context.RequestAborted);

        CancellationToken cancel = context.RequestAborted;
        Aligned aligned = await gates.Alignments.RunAsync(
            upload.Hold(), timing, () => Align(upload, sample, alignment, type, settings.Limits, codec, timing, cancel), cancel);

        context.Response.RegisterForDispose(aligned);
        timing.WriteTo(context.Response);
        if (aligned.Answer is not null) return TypedResults.Ok(aligned.Answer);
        context.Response.Headers["X-Gamma"] = aligned.Gamma.ToString("R", CultureInfo.InvariantCulture);
        if (sample is not null) context.Response.Headers["X-Reference-Sample"] = Uri.EscapeDataString(sample.Name);
        return TypedResults.Bytes(aligned.File.Written, type);
    }

    private static AlignmentSettings ReadSettings(string? scheme, string? beta, string? fourierBeta)
    {
        FaultList faults = new();
        AlignmentSettings read = new(
            EnumNames.Read(scheme, AlignmentScheme.Hybrid, "scheme", faults),
            QueryNumbers.Read(beta, AlignmentSettings.DefaultBeta, 0, 100, "beta", faults),
            QueryNumbers.Read(fourierBeta, AlignmentSettings.DefaultFourierBeta, 0, 0.5, "fourierBeta", faults));
        faults.ThrowIfAny("invalid-alignment", "The alignment's parameters are not usable.");
        return read.OutsideRun();
    }

    private static Aligned Align(
        Upload upload, SampleRef? sample, AlignmentSettings settings, string type, LimitSettings limits, IImageCodec codec, ServerTiming timing,
        CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        RgbImage source = codec.Decode(upload.Required("source").Span, limits.MaxPixels, limits.MaxSide);
        ReadOnlySpan<byte> other = sample is null ? upload.Required("reference").Span : DatasetImages.ReadFile(sample, sample.ImagePath);
        RgbImage reference = codec.Decode(other, limits.MaxPixels, limits.MaxSide);
        timing.End("decode");
        cancel.ThrowIfCancellationRequested();

        int threads = Environment.ProcessorCount;
        bool json = type == Json;
        StyleProfile? sourceStyle = null, referenceStyle = null;
        AlignmentResult result;
        if (settings.Scheme == AlignmentScheme.Fourier)
        {
            // As the contract says, the reference's spectrum is taken at the source's size; what is told of the reference is told of it as it came.
            referenceStyle = StyleProfile.Of(reference);
            result = FourierAligner.AlignFourier(source, ImageResizing.Resize(reference, source.Width, source.Height), settings) with
            {
                ReferenceMeanLightness = referenceStyle.MeanLightness,
            };
        }
        else
        {
            (sourceStyle, referenceStyle) = (StyleProfile.Of(source, threads), StyleProfile.Of(reference, threads));
            result = PhotometricAligner.Align(source, sourceStyle, referenceStyle, settings, threads);
        }

        AlignmentHistograms? histograms = json
            ? AlignmentHistograms.Of(sourceStyle ?? StyleProfile.Of(source), referenceStyle ?? StyleProfile.Of(reference), StyleProfile.Of(result.Image, threads))
            : null;
        timing.End("compute");
        string imageType = json ? "image/png" : type;
        var file = new PooledStream();
        codec.Encode(result.Image, FormatOf(imageType), file);
        foreach (RgbImage done in new HashSet<RgbImage> { source, reference, result.Image }) PixelPool.Return(done.Pixels); // an identity returns its source
        timing.End("encode");
        return new Aligned(result.Gamma, file, histograms is null ? null : Answer(settings, result, sample, histograms, new EncodedImage(imageType, file.Written)));
    }

    private static AlignmentAnswer Answer(
        AlignmentSettings settings, AlignmentResult result, SampleRef? sample, AlignmentHistograms histograms, EncodedImage image) => new()
        {
            Scheme = settings.Scheme,
            Beta = settings.Beta,
            Gamma = result.Gamma,
            MeanLightness = new(result.SourceMeanLightness, result.ReferenceMeanLightness, result.AlignedMeanLightness),
            ClippedShare = result.ClippedShare,
            ReferenceSample = sample?.Name,
            Histograms = histograms,
            Image = image,
        };

    private static ImageFormat FormatOf(string type) => type switch
    {
        "image/jpeg" => ImageFormat.Jpeg,
        "image/webp" => ImageFormat.Webp,
        _ => ImageFormat.Png,
    };

    private sealed record Aligned(double Gamma, PooledStream File, AlignmentAnswer? Answer) : IDisposable
    {
        public void Dispose() => File.Dispose();
    }
}
