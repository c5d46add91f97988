using UdaSeg.Api.Checkpoints;
using UdaSeg.Api.Errors;
using UdaSeg.Api.Evaluations;
using UdaSeg.Api.Idempotency;
using UdaSeg.Api.Limits;
using UdaSeg.Api.Observability;
using UdaSeg.Api.OpenApi;
using UdaSeg.Api.Requests;
using UdaSeg.Api.Security;
using UdaSeg.Api.Studies;
using UdaSeg.Api.TrainingRuns;
using UdaSeg.Infrastructure.Jobs;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Hosting;

/// <summary>Puts the server together.</summary>
internal static class Server
{
    public static WebApplicationBuilder AddUdaSeg(this WebApplicationBuilder builder)
    {
        UdaSegSettings settings = SettingsReader.Read(builder.Configuration);
        ListenAddresses.Apply(builder, settings);
        WorkThreads.Reserve(settings.Limits);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.Apply(settings.Limits));
        builder.Services.AddUdaSegCore(settings).AddJobServers(typeof(Program).Assembly);
        builder.Services.AddUdaSegCors(settings.Cors).AddUdaSegSecurity(settings);
        builder.AddUdaSegWeb(settings);
        builder.AddObservability();
        return builder;
    }

    // One line per concern of the web layer.
    private static void AddUdaSegWeb(this WebApplicationBuilder builder, UdaSegSettings settings)
    {
        builder.Services.AddProblems().AddUdaSegLimits(settings.Limits);
        builder.Services.AddResources().AddOpenApiDocument();
        builder.Services.AddResponseCompression(); // of the pages; see SitePages
        builder.Services.AddSingleton<RunSubmission>().AddSingleton<RunBranching>().AddSingleton<EvaluationLeak>().AddSingleton<RunEventStream>();
        builder.Services.AddSingleton<StudySubmission>().AddSingleton<StudyReading>();
        builder.Services.AddSingleton<StudyImages>().AddSingleton<StudyPredictions>().AddSingleton<StudyPictures>().AddSingleton<StudyGalleries>();
        builder.Services.AddSingleton<CheckpointProbe>().AddSingleton<CheckpointImport>();
        builder.Services.AddHostedService<KeySweep>();
        builder.Services.AddSingleton<EvaluationPictures>().AddSingleton<WorstImages>().AddSingleton<PseudoLabels>();
    }
}
