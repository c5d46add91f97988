using System.Runtime.InteropServices;
using SharpFuzz;
using Trace = SharpFuzz.Common.Trace;

namespace UdaSeg.Fuzz;

/// <summary>Makes the readers count the branches that they take.</summary>
internal static unsafe class Instrumentation
{
    /// <summary>Counters, chosen by pairs of branches.</summary>
    public const int MapSize = 1 << 16;

    private static readonly string[] s_readers =
        ["UdaSeg.Infrastructure.Imaging.", "UdaSeg.Infrastructure.Torch.Safetensors."];

    /// <summary>In this program's own copy of the library, once; never in the one that the service uses.</summary>
    public static void Apply()
    {
        Trace.SharedMem = (byte*)NativeMemory.AllocZeroed(MapSize); // counted into from the first branch on; another fuzzer puts its own in this place
        string library = Path.Combine(AppContext.BaseDirectory, "UdaSeg.Infrastructure.dll"), copy = library + ".instrumented";
        File.Copy(library, copy, overwrite: true); // the build may have put a link here, to the file that all programs share
        try
        {
            Fuzzer.Instrument(copy, type => Array.Exists(s_readers, r => type.StartsWith(r, StringComparison.Ordinal)), Options.Value);
            File.Move(copy, library, overwrite: true);
        }
        catch (InstrumentationException)
        {
            File.Delete(copy); // done by an earlier run
        }
    }
}
