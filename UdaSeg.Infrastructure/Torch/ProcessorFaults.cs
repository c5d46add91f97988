using System.Runtime.Intrinsics.X86;

namespace UdaSeg.Infrastructure.Torch;

/// <summary>Processors on which the native libraries of this build are known to compute wrong results.</summary>
internal static class ProcessorFaults
{
    private const int CacheLeaf = unchecked((int)0x8000001D);

    /// <summary>
    /// An AMD processor whose virtual machine does not tell its caches. oneDNN 3.7 (in libtorch 2.10) then takes them for a byte each and cuts its
    /// convolutions into blocks that nobody tried: with AVX-512 those whose channels are no multiple of 16 give wrong values and NaN, with AVX2 the gradients
    /// of dilated depthwise ones with channels innermost do.
    /// </summary>
    public static bool HidesCaches { get; } = X86Base.IsSupported && Hides(X86Base.CpuId(0, 0), X86Base.CpuId(unchecked((int)0x80000000), 0).Eax, X86Base.CpuId(CacheLeaf, 0));

    /// <param name="vendor">CPUID's leaf 0.</param>
    /// <param name="lastLeaf">The highest extended leaf there is.</param>
    /// <param name="firstCache">Leaf 8000001D of cache 0: its type in the lowest bits of EAX, its size by EBX and ECX.</param>
    internal static bool Hides((int Eax, int Ebx, int Ecx, int Edx) vendor, int lastLeaf, (int Eax, int Ebx, int Ecx, int Edx) firstCache)
    {
        bool amd = vendor is { Ebx: 0x68747541, Edx: 0x69746E65, Ecx: 0x444D4163 }; // "AuthenticAMD" in three registers
        return amd && (uint)lastLeaf >= unchecked((uint)CacheLeaf) && (firstCache.Eax & 0x1F) == 0;
    }
}
