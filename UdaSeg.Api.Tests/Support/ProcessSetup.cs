using System.Runtime.CompilerServices;
using UdaSeg.Infrastructure.Torch;

namespace UdaSeg.Api.Tests.Support;

internal static class ProcessSetup
{
    /// <summary>As the program does at its start: before anything loads torch.</summary>
    [ModuleInitializer]
    internal static void Tune() => TorchRuntime.TuneProcess();
}
