using Microsoft.Extensions.Configuration;
using Npgsql;
using UdaSeg.Domain.Studies;
using UdaSeg.Infrastructure.Serving.Engines;

namespace UdaSeg.Infrastructure.Settings;

/// <summary>Reads <see cref="UdaSegSettings"/> and refuses what cannot work, in words that name the setting.</summary>
public static class SettingsReader
{
    /// <summary>Of the command line.</summary>
    private const string RoleOption = "role";

    /// <exception cref="InvalidSettingsException">With every fault found.</exception>
    public static UdaSegSettings Read(IConfiguration configuration)
    {
        UdaSegSettings settings;
        try
        {
            settings = configuration.GetSection(UdaSegSettings.Section).Get<UdaSegSettings>() ?? new UdaSegSettings();
            if (configuration[RoleOption] is { } role) settings = settings with { Role = RoleOf(role) };
        }
        catch (InvalidOperationException fault)
        {
            throw new InvalidSettingsException([fault.Message]);
        }

        List<string> faults = [.. Faults(settings)];
        return faults.Count == 0 ? settings : throw new InvalidSettingsException(faults);
    }

    private static ServerRole RoleOf(string name) => name switch
    {
        "all" => ServerRole.All,
        "api" => ServerRole.Api,
        "worker" => ServerRole.Worker,
        _ => throw new InvalidSettingsException([$"--role must be all, api or worker, not '{name}'."]),
    };

    private static IEnumerable<string> Faults(UdaSegSettings settings)
    {
        if (settings.Device is not ("auto" or "cpu" or "cuda")) yield return $"UdaSeg:Device must be auto, cpu or cuda, not '{settings.Device}'.";
        if (settings.Engine != EngineNames.Auto && !EngineNames.OnProcessor.Contains(settings.Engine))
        {
            yield return $"UdaSeg:Engine must be auto, {string.Join(", ", EngineNames.OnProcessor)}, not '{settings.Engine}'.";
        }

        if (settings.Threads is < 0 or > 1024) yield return $"UdaSeg:Threads must be 0 (all processors) to 1024, not {settings.Threads}.";
        if (settings.LeaseSeconds is < 1 or > 3600) yield return $"UdaSeg:LeaseSeconds must be 1 to 3600, not {settings.LeaseSeconds}.";
        if (settings.MinFreeBytes < 0) yield return "UdaSeg:MinFreeBytes must be 0 (not asked) or more.";
        if (settings.Role != ServerRole.All && !settings.UsesPostgres)
        {
            yield return "--role api and --role worker need a database that they share: set UdaSeg:Database to a PostgreSQL connection string.";
        }

        if (settings.Limits.MaxUploadBytes < 1024) yield return "UdaSeg:Limits:MaxUploadBytes must be at least 1024.";
        if (settings.Limits.MaxJsonBytes is < 1024 or > 1 << 30) yield return "UdaSeg:Limits:MaxJsonBytes must be 1024 to 1073741824.";
        if (settings.Limits.MaxWeightsBytes < 1024) yield return "UdaSeg:Limits:MaxWeightsBytes must be at least 1024.";
        if (settings.Limits.MaxPixels < 1) yield return "UdaSeg:Limits:MaxPixels must be at least 1.";
        if (settings.Limits.MaxSide < 1) yield return "UdaSeg:Limits:MaxSide must be at least 1.";
        if (settings.Limits.MaxConcurrentRuns is < 1 or > 64) yield return "UdaSeg:Limits:MaxConcurrentRuns must be 1 to 64.";
        if (settings.Limits.MaxQueuedRuns < 1) yield return "UdaSeg:Limits:MaxQueuedRuns must be at least 1.";
        if (settings.Limits.IdempotencyHours is < 1 or > 720) yield return "UdaSeg:Limits:IdempotencyHours must be 1 to 720.";
        if (settings.Limits.MaxStudyRuns is < 1 or > StudyRules.MaxArms * StudyRules.MaxSeeds) yield return "UdaSeg:Limits:MaxStudyRuns must be 1 to 512.";
        foreach (string fault in ServingFaults(settings.Limits).Concat(PaceSettingsRules.Faults(settings.Limits)).Concat(ArchiveFaults(settings.Limits)).Concat(S3SettingsRules.Faults(settings.Artifacts.S3))
            .Concat(CorsSettingsRules.Faults(settings.Cors)).Concat(AccessSettingsRules.Faults(settings)).Concat(LabelStudioSettingsRules.Faults(settings.LabelStudio)))
        {
            yield return fault;
        }

        foreach (string root in settings.DatasetRoots.Concat(settings.WeightRoots).Where(r => !Path.IsPathFullyQualified(r)))
        {
            yield return $"UdaSeg:DatasetRoots and UdaSeg:WeightRoots must be absolute folders; '{root}' is not.";
        }

        if (settings.PagesFolder.Length > 0 && !(Path.IsPathFullyQualified(settings.PagesFolder) && File.Exists(Path.Combine(settings.PagesFolder, "index.html"))))
        {
            yield return $"UdaSeg:PagesFolder must be an absolute folder with an index.html; '{settings.PagesFolder}' is not.";
        }

        if (settings.UsesPostgres && !IsConnectionString(settings.Database))
        {
            yield return "UdaSeg:Database is not a PostgreSQL connection string such as 'Host=db;Database=udaseg;Username=udaseg;Password=...' "
                + "(it is not repeated here, as it may hold a password). Leave it empty for SQLite.";
        }

        if (File.Exists(settings.ResolvedDataRoot)) yield return $"UdaSeg:DataRoot '{settings.ResolvedDataRoot}' is a file; a folder is needed.";
    }

    private static bool IsConnectionString(string text)
    {
        try
        {
            var parts = new NpgsqlConnectionStringBuilder(text);
            return !string.IsNullOrWhiteSpace(parts.Host) && !string.IsNullOrWhiteSpace(parts.Database);
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException or InvalidOperationException)
        {
            return false; // the fault quotes what it could not read
        }
    }

    private static IEnumerable<string> ArchiveFaults(LimitSettings limits)
    {
        if (limits.MaxArchiveBytes < 1024) yield return "UdaSeg:Limits:MaxArchiveBytes must be at least 1024.";
        if (limits.MaxArchiveEntries is < 1 or > 10_000_000) yield return "UdaSeg:Limits:MaxArchiveEntries must be 1 to 10000000.";
        if (limits.MaxArchiveUnpackedBytes < 1024) yield return "UdaSeg:Limits:MaxArchiveUnpackedBytes must be at least 1024.";
        if (limits.MaxArchiveRatio is < 1 or > 100_000) yield return "UdaSeg:Limits:MaxArchiveRatio must be 1 to 100000.";
    }

    private static IEnumerable<string> ServingFaults(LimitSettings limits)
    {
        if (limits.MaxConcurrentSegmentations is < 1 or > 256) yield return "UdaSeg:Limits:MaxConcurrentSegmentations must be 1 to 256.";
        if (limits.MaxWaitingSegmentations is < 0 or > 10_000) yield return "UdaSeg:Limits:MaxWaitingSegmentations must be 0 to 10000.";
        if (limits.MaxConcurrentAlignments is < 1 or > 256) yield return "UdaSeg:Limits:MaxConcurrentAlignments must be 1 to 256.";
        if (limits.MaxWaitingAlignments is < 0 or > 10_000) yield return "UdaSeg:Limits:MaxWaitingAlignments must be 0 to 10000.";
        if (limits.MaxDomainGapImages is < 1 or > 10_000) yield return "UdaSeg:Limits:MaxDomainGapImages must be 1 to 10000.";
        if (limits.MaxLoadedCheckpoints is < 1 or > 1000) yield return "UdaSeg:Limits:MaxLoadedCheckpoints must be 1 to 1000.";
        if (limits.MaxLoadedModelBytes < 1 << 20) yield return "UdaSeg:Limits:MaxLoadedModelBytes must be at least 1048576.";
    }
}

/// <summary>The server cannot start as it is set up.</summary>
public sealed class InvalidSettingsException(IReadOnlyList<string> faults) : Exception("The settings cannot be used: " + string.Join(" ", faults))
{
    public IReadOnlyList<string> Faults { get; } = faults;
}
