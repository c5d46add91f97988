using System.Runtime.InteropServices;
using TorchSharp;
using UdaSeg.Domain.Errors;

namespace UdaSeg.Infrastructure.Torch;

/// <summary>
/// Mixed precision on the calling thread until disposed: convolutions and products take bfloat16 copies of their operands, which the backward pass then
/// follows. TorchSharp has no call for it, so the switch of torch's own library is used. A backward pass and losses need not be inside.
/// </summary>
internal sealed unsafe class Autocast : IDisposable
{
    private static readonly Lazy<Entries?> Native = new(Load);

    private readonly Entries _entries;
    private readonly sbyte _device;
    private readonly byte _enabledBefore;
    private readonly sbyte _typeBefore;
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private bool _disposed;

    private Autocast(Entries entries, DeviceType device)
    {
        (_entries, _device) = (entries, (sbyte)device);
        (_enabledBefore, _typeBefore) = (entries.IsEnabled(_device), entries.GetType(_device));
        entries.SetType(_device, (sbyte)torch.ScalarType.BFloat16);
        entries.SetEnabled(_device, 1);
    }

    /// <summary>Whether this build of torch has the switch.</summary>
    public static bool IsAvailable => Native.Value is not null;

    /// <summary>Turns bfloat16 on for operations on the device.</summary>
    /// <exception cref="RuleViolationException"><c>precision-unavailable</c> (422) when this build of torch has no such switch.</exception>
    public static Autocast BFloat16(DeviceType device) => new(
        Native.Value ?? throw new RuleViolationException(
            RuleKind.Unusable, "precision-unavailable", "This build of torch cannot compute in bf16; use compute.precision float32."),
        device);

    /// <summary>Of the calling thread.</summary>
    public static bool IsOn(DeviceType device) => Native.Value is { } entries && entries.IsEnabled((sbyte)device) != 0;

    /// <summary>Restores what was, and forgets the copies of the weights: after the step they are stale.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        if (Environment.CurrentManagedThreadId != _thread) throw new InvalidOperationException("Autocast is a thread's own: it ends on the thread that began it.");
        _disposed = true;
        _entries.SetEnabled(_device, _enabledBefore);
        _entries.SetType(_device, _typeBefore);
        _entries.ClearCache();
    }

    /// <summary>From the library that torch has loaded already: by its bare name the loader answers with that one.</summary>
    private static Entries? Load()
    {
        torch.InitializeDeviceType(DeviceType.CPU);
        if (!NativeLibrary.TryLoad("libtorch_cpu.so", out nint library)) return null;
        return NativeLibrary.TryGetExport(library, "_ZN2at8autocast20set_autocast_enabledEN3c1010DeviceTypeEb", out nint setEnabled)
            && NativeLibrary.TryGetExport(library, "_ZN2at8autocast19is_autocast_enabledEN3c1010DeviceTypeE", out nint isEnabled)
            && NativeLibrary.TryGetExport(library, "_ZN2at8autocast18set_autocast_dtypeEN3c1010DeviceTypeENS1_10ScalarTypeE", out nint setType)
            && NativeLibrary.TryGetExport(library, "_ZN2at8autocast18get_autocast_dtypeEN3c1010DeviceTypeE", out nint getType)
            && NativeLibrary.TryGetExport(library, "_ZN2at8autocast11clear_cacheEv", out nint clear)
            ? new Entries(setEnabled, isEnabled, setType, getType, clear)
            : null;
    }

    /// <summary>C++ functions of namespace <c>at::autocast</c>; devices and types are enums of one signed byte.</summary>
    private sealed class Entries(nint setEnabled, nint isEnabled, nint setType, nint getType, nint clear)
    {
        public void SetEnabled(sbyte device, byte on) => ((delegate* unmanaged<sbyte, byte, void>)setEnabled)(device, on);

        public byte IsEnabled(sbyte device) => ((delegate* unmanaged<sbyte, byte>)isEnabled)(device);

        public void SetType(sbyte device, sbyte type) => ((delegate* unmanaged<sbyte, sbyte, void>)setType)(device, type);

        public sbyte GetType(sbyte device) => ((delegate* unmanaged<sbyte, sbyte>)getType)(device);

        public void ClearCache() => ((delegate* unmanaged<void>)clear)();
    }
}
