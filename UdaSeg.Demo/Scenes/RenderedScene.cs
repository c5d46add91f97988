using UdaSeg.Domain.Images;

namespace UdaSeg.Demo.Scenes;

internal enum SceneDomain
{
    /// <summary>The source: clean, saturated, flat-shaded.</summary>
    Game = 0,

    /// <summary>The target: another street geometry seen through a camera.</summary>
    Camera = 1,
}

/// <param name="Image">8-bit sRGB.</param>
/// <param name="Labels">Of the same size; every pixel has one of <see cref="DemoClasses"/>, none is ignored (the sky fills what nothing else covers).</param>
internal sealed record RenderedScene(RgbImage Image, LabelMap Labels);
