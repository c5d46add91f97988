using UdaSeg.Infrastructure.Torch.Script;
using static TorchSharp.torch;

namespace UdaSeg.Infrastructure.Serving.Engines;

/// <summary>
/// oneDNN's convolutions with activation and shortcut fused, on weights packed once: what PyTorch's own compiler emits for inference on a processor.
/// Inputs are channels-last. Safe for several threads.
/// </summary>
internal static class FusedOperators
{
    private const string Methods = """
          def pack(self, w: Tensor, pad: int, stride: int, dilation: int, groups: int, height: int, width: int) -> Tensor:
            size = [1, torch.mul(torch.size(w, 1), groups), height, width]
            return ops.mkldnn._reorder_convolution_weight(w, [pad, pad], [stride, stride], [dilation, dilation], groups, size)
          def channels_last(self, x: Tensor) -> Tensor:
            return torch.contiguous(x, memory_format=2)
          def none(self, x: Tensor, w: Tensor, b: Tensor, pad: int, stride: int, dilation: int, groups: int) -> Tensor:
            return ops.mkldnn._convolution_pointwise(x, w, b, [pad, pad], [stride, stride], [dilation, dilation], groups, "none", annotate(List[Optional[number]], []), "")
          def relu(self, x: Tensor, w: Tensor, b: Tensor, pad: int, stride: int, dilation: int, groups: int) -> Tensor:
            return ops.mkldnn._convolution_pointwise(x, w, b, [pad, pad], [stride, stride], [dilation, dilation], groups, "relu", annotate(List[Optional[number]], []), "")
          def relu6(self, x: Tensor, w: Tensor, b: Tensor, pad: int, stride: int, dilation: int, groups: int) -> Tensor:
            return ops.mkldnn._convolution_pointwise(x, w, b, [pad, pad], [stride, stride], [dilation, dilation], groups, "hardtanh", annotate(List[Optional[number]], [0., 6.]), "")
          def add(self, x: Tensor, w: Tensor, b: Tensor, pad: int, stride: int, dilation: int, groups: int, into: Tensor) -> Tensor:
            return ops.mkldnn._convolution_pointwise_(into, x, w, b, [pad, pad], [stride, stride], [dilation, dilation], groups, "add", 1., None, annotate(List[Optional[number]], []), None)
          def add_relu(self, x: Tensor, w: Tensor, b: Tensor, pad: int, stride: int, dilation: int, groups: int, into: Tensor) -> Tensor:
            return ops.mkldnn._convolution_pointwise_(into, x, w, b, [pad, pad], [stride, stride], [dilation, dilation], groups, "add", 1., "relu", annotate(List[Optional[number]], []), None)
        """;

    private static readonly Lazy<jit.ScriptModule> Module = new(() => ScriptArchive.Load(Methods));

    /// <param name="method">Of <see cref="Methods"/>.</param>
    /// <param name="arguments">Tensors and 64-bit integers.</param>
    public static Tensor Invoke(string method, params object[] arguments) => (Tensor)Module.Value.invoke(method, arguments);
}
