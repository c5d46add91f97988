using UdaSeg.Api.Errors;
using UdaSeg.Api.Health;
using UdaSeg.Api.Hosting;
using UdaSeg.Api.Idempotency;
using UdaSeg.Api.Pages;
using UdaSeg.Api.Requests;
using UdaSeg.Api.Security;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Settings;
using UdaSeg.Infrastructure.Torch;

TorchRuntime.TuneProcess(); // before torch loads
try
{
    switch (args)
    {
        case ["train", "--run", string run, "--epoch", string epoch]:
            return Verbs.Train(Guid.Parse(run), int.Parse(epoch, System.Globalization.CultureInfo.InvariantCulture));
        case ["evaluate", "--evaluation", string evaluation]:
            return Verbs.Evaluate(Guid.Parse(evaluation));
        case ["try-engine", "--checkpoint", string checkpoint, "--engine", string engine]:
            return Verbs.TryEngine(Guid.Parse(checkpoint), engine);
        case ["health", "--url", string url]:
            return HealthVerb.Run(url, Console.Out, Console.Error);
        case ["backup" or "restore", ..]:
            return BackupVerbs.Run(args, Console.Out, Console.Error);
        case ["new-key", "--name", string name, "--role", string role]:
            return NewKey.Run(name, role, Console.Out, Console.Error);
        case ["new-key", ..]:
            return NewKey.Run("", "", Console.Out, Console.Error);
    }

    WebApplication app = WebApplication.CreateBuilder(args).AddUdaSeg().Build();
    DatabaseStart.Probe(app.Services.GetRequiredService<UdaSegSettings>());
    if (TorchCheck.Verdict is { } fault) app.Logger.LogError("Training and segmentation will not work: {Fault}", fault);
    app.UseUdaSegCors();
    app.UseProblems();
    app.UseBrowserGuard();
    app.UseSitePages();
    app.UseUdaSegSecurity();
    app.UseJsonLimit();
    app.UseMiddleware<IdempotencyMiddleware>(); // after who calls is known
    app.MapUdaSegApi();
    app.Run();
    return 0;
}
catch (InvalidSettingsException refused)
{
    Console.Error.WriteLine(refused.Message);
    return 2;
}
catch (DatabaseUnusableException unusable)
{
    Console.Error.WriteLine(unusable.Message);
    return 3;
}

/// <summary>The entry point, named so that tests can start it.</summary>
public partial class Program;
