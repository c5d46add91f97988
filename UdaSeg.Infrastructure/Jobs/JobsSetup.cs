using System.Reflection;
using Hangfire;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Onnx;
using UdaSeg.Infrastructure.Serving.Engines;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Infrastructure.Jobs;

internal static class JobsSetup
{
    /// <summary>
    /// Hangfire by hand, one storage a host: its own registration goes through statics (storage, logging), which would tie the hosts of one process together.
    /// </summary>
    public static IServiceCollection AddJobServers(this IServiceCollection services, Assembly program) => services
        .AddSingleton(provider => JobStorages.Open(provider.GetRequiredService<UdaSegSettings>()))
        .AddSingleton<IBackgroundJobClient>(provider => new BackgroundJobClient(provider.GetRequiredService<JobStorage>()))
        .AddSingleton<IJobQueue, HangfireJobQueue>()
        .AddSingleton<IChildProgram>(provider => new ChildProgram(program, provider.GetRequiredService<IConfiguration>()))
        .AddSingleton(provider => new ServerStopping(provider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping))
        .AddSingleton<RunDeaths>()
        .AddSingleton<RunEndings>()
        .AddSingleton<RunQueueCheck>()
        .AddSingleton<OrphanBlobs>()
        .AddSingleton<OnnxFiles>()
        .AddSingleton<KeptPredictions>()
        .AddSingleton<IEngineCheck, ChildEngineCheck>()
        .AddSingleton(provider => new RunLeaseTimes(TimeSpan.FromSeconds(provider.GetRequiredService<UdaSegSettings>().LeaseSeconds)))
        .AddSingleton<JobRecovery>()
        .AddTransient<RunSupervisor>()
        .AddTransient<EvaluationSupervisor>()
        .AddTransient<ValidationJob>()
        .AddTransient<AlignmentJob>()
        .Configure<HostOptions>(options => options.ShutdownTimeout = ChildProcess.Grace + TimeSpan.FromSeconds(10))
        .AddHostedService<StateStart>()
        .AddHostedService<JobServers>()
        .AddHostedService<LeaseSweep>()
        .AddHostedService<OrphanSweep>()
        .AddHostedService<OwnedSweep>();

    /// <summary>What the child processes need.</summary>
    public static IServiceCollection AddJobCommands(this IServiceCollection services) => services
        .AddSingleton<SampleSource>()
        .AddSingleton(provider => new Lazy<ITrainer>(provider.GetRequiredService<ITrainer>))
        .AddSingleton(provider => new Lazy<IEvaluator>(provider.GetRequiredService<IEvaluator>))
        .AddSingleton<TrainCommand>()
        .AddSingleton<EvaluateCommand>()
        .AddSingleton<EngineCommand>();
}
