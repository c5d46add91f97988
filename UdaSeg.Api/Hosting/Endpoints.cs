using UdaSeg.Api.Alignments;
using UdaSeg.Api.Checkpoints;
using UdaSeg.Api.Datasets;
using UdaSeg.Api.DomainGaps;
using UdaSeg.Api.Evaluations;
using UdaSeg.Api.Health;
using UdaSeg.Api.Interop.HuggingFace;
using UdaSeg.Api.Interop.Inference;
using UdaSeg.Api.Interop.LabelStudio;
using UdaSeg.Api.LabelSpaces;
using UdaSeg.Api.Limits;
using UdaSeg.Api.Observability;
using UdaSeg.Api.OpenApi;
using UdaSeg.Api.Pages;
using UdaSeg.Api.Presets;
using UdaSeg.Api.Security;
using UdaSeg.Api.Segmentations;
using UdaSeg.Api.Studies;
using UdaSeg.Api.TrainingRuns;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Hosting;

/// <summary>Every resource, one line each.</summary>
internal static class Endpoints
{
    /// <summary>A worker answers for its health and its figures only.</summary>
    public static void MapUdaSegApi(this WebApplication app)
    {
        HealthEndpoints.Map(app);
        app.MapMetrics();
        if (app.Services.GetRequiredService<UdaSegSettings>().Role == ServerRole.Worker) return;
        RouteGroupBuilder v1 = app.MapGroup("/api/v1");
        v1.MapTrainingRuns();
        v1.MapRunHistory();
        v1.MapStages();
        v1.MapPseudoLabels();
        v1.MapCheckpoints();
        v1.MapCheckpointAliases();
        v1.MapEvaluations();
        v1.MapStudies();
        v1.MapStudyPictures();
        v1.MapEvaluationReports();
        v1.MapEvaluationPictures();
        AlignmentEndpoints.Map(v1);
        SegmentationEndpoints.Map(v1);
        DatasetEndpoints.Map(v1);
        DomainGapEndpoints.Map(v1);
        LabelSpaceEndpoints.Map(v1);
        TrainingPresetsEndpoint.Map(v1);
        TrainingEstimateEndpoint.Map(v1);
        LimitsEndpoint.Map(v1);
        SessionEndpoints.Map(v1);
        Dashboard.Map(app);
        InferenceEndpoints.Map(app);
        HuggingFaceEndpoint.Map(app);
        LabelStudioEndpoints.Map(app);
        app.MapSitePages();
        app.MapOpenApiDocument();
    }
}
