using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using UdaSeg.Api.TrainingRuns;
using UdaSeg.Infrastructure.Jobs;
using UdaSeg.Infrastructure.Serving.Engines;

namespace UdaSeg.Api.Tests.Support;

/// <summary>
/// The whole server on a data root of its own. Children are scripts unless <see cref="RealChildren"/> is set; by default they live until they are stopped.
/// </summary>
internal class ApiFactory : WebApplicationFactory<TrainingRunRequest>
{
    private readonly TempFolder _folder = new();

    public string DataRoot => _folder.Sub("data");

    public string DatasetRoot => _folder.Sub("sets");

    public string WeightRoot => _folder.Sub("weights");

    /// <summary>A PostgreSQL connection string; empty: SQLite in the data root.</summary>
    public string Database { get; init; } = "";

    public bool RealChildren { get; init; }

    public ScriptedChild Child { get; } = new(ScriptedChild.Patient);

    public Action<IServiceCollection>? More { get; init; }

    public T Service<T>()
        where T : notnull => Services.GetRequiredService<T>();

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        Directory.CreateDirectory(DatasetRoot);
        Directory.CreateDirectory(WeightRoot);
        builder.UseSetting("UdaSeg:DataRoot", DataRoot);
        builder.UseSetting("UdaSeg:Database", Database);
        builder.UseSetting("UdaSeg:DatasetRoots:0", DatasetRoot);
        builder.UseSetting("UdaSeg:WeightRoots:0", WeightRoot);
        builder.ConfigureTestServices(services =>
        {
            if (!RealChildren) services.AddSingleton<IChildProgram>(Child).AddSingleton<IEngineCheck>(new TrustingCheck());
            More?.Invoke(services);
        });
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }
}

/// <summary>Every engine works: no process is started to find out.</summary>
internal sealed class TrustingCheck : IEngineCheck
{
    public bool Survives(Domain.Checkpoints.Checkpoint checkpoint, string engine) => true;
}
