using UdaSeg.Domain.Training;

namespace UdaSeg.Domain.Checkpoints;

/// <summary>One block of MobileNetV2: expand, depthwise 3×3, project.</summary>
/// <param name="Index">As in <c>features.N</c>, from 1.</param>
/// <param name="Inputs">Channels.</param>
/// <param name="Outputs">Channels.</param>
/// <param name="Expansion">Of the channels between; 1: there is no expanding convolution.</param>
/// <param name="Stride">Of the depthwise convolution.</param>
/// <param name="Dilation">Of the depthwise convolution.</param>
public sealed record InvertedResidualLayout(int Index, int Inputs, int Outputs, int Expansion, int Stride, int Dilation)
{
    public int Hidden => Inputs * Expansion;

    /// <summary>Whether the input is added to the output.</summary>
    public bool HasShortcut => Stride == 1 && Inputs == Outputs;
}

/// <summary>MobileNetV2 (width 1) at output stride 16: the strides of <c>features.14</c> on give way to dilation 2.</summary>
public static class MobileNetV2Layout
{
    public const int StemChannels = 32;

    /// <summary>Whose output are the low-level features (24 channels, stride 4).</summary>
    public const int LowBlock = 3;

    private const int DilatedFrom = 14;

    /// <summary>Expansion, channels, repeats, stride: Table 2 of the MobileNetV2 paper.</summary>
    private static readonly (int Expansion, int Channels, int Repeats, int Stride)[] Stages =
    [
        (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
    ];

    /// <summary>In order; the stem, <c>features.0</c>, comes before them.</summary>
    public static IReadOnlyList<InvertedResidualLayout> Blocks { get; } = [.. Walk()];

    private static IEnumerable<InvertedResidualLayout> Walk()
    {
        int index = 1, inputs = StemChannels;
        foreach ((int expansion, int channels, int repeats, int stride) in Stages)
        {
            for (int r = 0; r < repeats; r++, index++)
            {
                bool dilated = index >= DilatedFrom;
                yield return new InvertedResidualLayout(index, inputs, channels, expansion, r == 0 && !dilated ? stride : 1, dilated ? 2 : 1);
                inputs = channels;
            }
        }
    }
}

/// <summary>ResNets at output stride 16.</summary>
public static class ResNetLayout
{
    /// <summary>Whether blocks have three convolutions (1×1, 3×3, 1×1) and four times the width at their ends.</summary>
    public static bool HasBottlenecks(Backbone kind) => kind is Backbone.ResNet50 or Backbone.ResNet101;

    /// <summary>Blocks of <c>layer1</c> to <c>layer4</c>.</summary>
    public static IReadOnlyList<int> BlocksOf(Backbone kind) => kind switch
    {
        Backbone.ResNet18 => [2, 2, 2, 2],
        Backbone.ResNet34 or Backbone.ResNet50 => [3, 4, 6, 3],
        Backbone.ResNet101 => [3, 4, 23, 3],
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
