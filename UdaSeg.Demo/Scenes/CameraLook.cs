using System.Numerics;

namespace UdaSeg.Demo.Scenes;

/// <summary>The camera's parameters of one image, drawn around the domain's mean; see <see cref="CameraStyle"/> for units.</summary>
internal sealed record CameraLook(
    float Haze,
    Vector3 HazeColor,
    float Saturation,
    Vector3 Gain,
    float ExposureGamma,
    float BlackLevel,
    float Vignette,
    float BlurSigma,
    float NoiseSigma)
{
    public static CameraLook Draw(CameraStyle style, SceneRandom random) => new(
        random.Next(style.Haze),
        style.HazeColor,
        random.Next(style.Saturation),
        new Vector3(random.Next(style.RedGain), 1, random.Next(style.BlueGain)),
        random.Next(style.ExposureGamma),
        style.BlackLevel,
        random.Next(style.Vignette),
        random.Next(style.BlurSigma),
        random.Next(style.NoiseSigma));
}
