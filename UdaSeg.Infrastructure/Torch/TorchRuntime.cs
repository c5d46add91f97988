using System.Runtime.InteropServices;
using TorchSharp;
using UdaSeg.Domain.Errors;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Torch;

/// <summary>The one place that sets torch up: allocator, threads, device, and a check that the native libraries load.</summary>
public static partial class TorchRuntime
{
    private static readonly Lock Gate = new();
    private static bool _threadsSet;

    /// <summary>
    /// Must run first in a process, before torch loads. Keeps large activations on the heap instead of mapping and unmapping them at every operation
    /// (glibc's default), which costs more than twice the time of a step; and lets OpenMP's threads sleep at barriers instead of spinning: beside loading
    /// threads or other processes on the same cores, spinning costs many times the step itself; and keeps MKL's products (used at batch size 1) from
    /// depending on where in memory their operands happen to lie: without it a run of one image a batch did not repeat bit for bit. Where its
    /// AVX-512 convolutions are wrong (<see cref="ProcessorFaults"/>), oneDNN is kept to AVX2. Does nothing where the C library is another one.
    /// </summary>
    public static void TuneProcess()
    {
        const int trimThreshold = -1, topPad = -2, mmapThreshold = -3;
        try
        {
            _ = SetEnvironment("OMP_WAIT_POLICY", "PASSIVE", 0); // an operator's own choice stands
            _ = SetEnvironment("MKL_CBWR", "AUTO,STRICT", 0);
            if (ProcessorFaults.HidesCaches) _ = SetEnvironment("ONEDNN_MAX_CPU_ISA", "AVX2", 0);
            _ = MallOpt(mmapThreshold, 1 << 30);
            _ = MallOpt(trimThreshold, int.MaxValue);
            _ = MallOpt(topPad, 256 << 20);
        }
        catch (Exception absent) when (absent is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another C library: its own allocator's defaults apply.
        }
    }

    /// <summary>Sets the number of compute threads, once a process. 0 = one per processor.</summary>
    public static void SetThreads(int threads)
    {
        lock (Gate)
        {
            if (_threadsSet) return;
            set_num_threads(threads > 0 ? threads : Environment.ProcessorCount);
            _threadsSet = true;
        }
    }

    /// <summary>Loads the native libraries and multiplies two small matrices.</summary>
    /// <returns>Null when torch works, else what is wrong, in words that a user can act on.</returns>
    public static string? Check()
    {
        try
        {
            using DisposeScope scope = NewDisposeScope();
            float sum = ones(2, 2).mm(ones(2, 2)).sum().item<float>();
            return sum == 8 ? null : $"torch computed {sum} where 8 was due.";
        }
        catch (Exception fault)
        {
            return Explain(fault);
        }
    }

    /// <summary><c>auto</c> takes CUDA when the build and the machine have it.</summary>
    /// <exception cref="RuleViolationException"><c>device-unavailable</c> when CUDA is asked for and absent.</exception>
    public static Device DeviceOf(string name)
    {
        bool hasCuda = name != "cpu" && cuda.is_available();
        if (name == "cuda" && !hasCuda)
        {
            throw new RuleViolationException(RuleKind.Unusable, "device-unavailable", "This service has no CUDA device; use device auto or cpu.");
        }

        return hasCuda ? CUDA : CPU;
    }

    private static string Explain(Exception fault)
    {
        for (Exception? e = fault; e is not null; e = e.InnerException)
        {
            if (e.Message.Contains("GLIBCXX", StringComparison.Ordinal))
            {
                return "torch's native library needs a newer C++ runtime than this system has. Build with the solution's own targets (build/NativeLibraryCure.targets), which mend this on Debian 12.";
            }

            if (e.Message.Contains("libgomp", StringComparison.Ordinal)) return "torch needs the OpenMP runtime: install the package libgomp1.";
        }

        return $"torch's native libraries cannot be loaded: {(fault.InnerException ?? fault).Message}";
    }

    // .NET's own setter does not reach the C environment, which OpenMP reads when it is loaded.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int MallOpt(int parameter, int value);
}
