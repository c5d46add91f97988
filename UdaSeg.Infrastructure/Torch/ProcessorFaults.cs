using System.Runtime.Intrinsics.X86;

namespace UdaSeg.Infrastructure.Torch;

/// <summary>Processors on which the native libraries of this build are known to compute wrong results.</summary>
internal static class ProcessorFaults
{
    /// <summary>AMD's Zen 5.</summary>
    private const int Zen5 = 0x1A;

    /// <summary>
    /// oneDNN 3.7 (in libtorch 2.10) with AVX-512 on Zen 5: convolutions whose channels are no multiple of 16 now and then give other results for the same
    /// input, NaN among them, in one thread as in several; from the first NaN on a training is lost. Its AVX2 kernels repeat bit for bit.
    /// </summary>
    public static bool WrongAvx512Convolutions => X86Base.IsSupported && IsAmd(X86Base.CpuId(0, 0)) && FamilyOf(X86Base.CpuId(1, 0).Eax) == Zen5;

    // "AuthenticAMD" in three registers
    private static bool IsAmd((int Eax, int Ebx, int Ecx, int Edx) vendor) => vendor is { Ebx: 0x68747541, Edx: 0x69746E65, Ecx: 0x444D4163 };

    /// <summary>The processor's family by leaf 1 of CPUID: the base family, and the extended one on top where the base is 15.</summary>
    internal static int FamilyOf(int signature)
    {
        int family = (signature >> 8) & 0xF;
        return family == 0xF ? family + ((signature >> 20) & 0xFF) : family;
    }
}
