using UdaSeg.Api.Checkpoints;
using UdaSeg.Api.Evaluations;
using UdaSeg.Api.TrainingRuns;

namespace UdaSeg.Api.Hosting;

/// <summary>Every resource, one line each.</summary>
internal static class Endpoints
{
    public static void MapUdaSegApi(this WebApplication app)
    {
        RouteGroupBuilder v1 = app.MapGroup("/api/v1");
        v1.MapTrainingRuns();
        v1.MapRunHistory();
        v1.MapCheckpoints();
        v1.MapCheckpointAliases();
        v1.MapEvaluations();
    }
}
