using System.Numerics;

namespace UdaSeg.Demo.Scenes.Painting;

/// <summary>Colours are sRGB values in 0..1. The blend is written out: a fused multiply-add would round differently from machine to machine.</summary>
internal static class Colors
{
    public static Vector3 Rgb(int hex) => new Vector3((hex >> 16) & 255, (hex >> 8) & 255, hex & 255) * (1f / 255);

    public static Vector3 Mix(Vector3 a, Vector3 b, float t) => a + ((b - a) * t);

    /// <returns>Rec. 709 weights on the encoded values.</returns>
    public static float Luma(Vector3 c) => (0.2126f * c.X) + (0.7152f * c.Y) + (0.0722f * c.Z);
}
