using System.Globalization;
using UdaSeg.Infrastructure.Serving;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Health;

/// <summary>Whether there is room for checkpoints, uploads and copies on the disk of the data root (<c>UdaSeg:MinFreeBytes</c>).</summary>
internal sealed class DiskCheck(UdaSegSettings settings) : IReadinessCheck
{
    public string Name => "disk";

    public ValueTask<string?> CheckAsync(CancellationToken cancel)
    {
        if (settings.MinFreeBytes == 0) return ValueTask.FromResult<string?>(null);
        long free = FreeBytes(settings.ResolvedDataRoot);
        if (free >= settings.MinFreeBytes) return ValueTask.FromResult<string?>(null);
        string fault = string.Create(CultureInfo.InvariantCulture, $"The data root's disk has {free >> 20} MiB left, less than the {settings.MinFreeBytes >> 20} MiB");
        return ValueTask.FromResult<string?>($"{fault} of UdaSeg:MinFreeBytes.");
    }

    /// <summary>What this user may still write on the disk that the folder lies on.</summary>
    public static long FreeBytes(string folder) => new DriveInfo(folder).AvailableFreeSpace;
}
