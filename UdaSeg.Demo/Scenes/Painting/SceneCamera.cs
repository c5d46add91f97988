using System.Numerics;

namespace UdaSeg.Demo.Scenes.Painting;

/// <summary>
/// A pinhole camera that looks along +Z over the ground plane Y = 0 (metres; X to the right, Y up). Yaw and pitch are shifts of the vanishing point, so
/// verticals stay vertical. A road bend is a warp X + Bend·Z² of the world.
/// </summary>
/// <param name="Focal">In samples.</param>
/// <param name="CenterX">Column of the vanishing point, in samples.</param>
/// <param name="HorizonY">Row of the horizon, in samples.</param>
/// <param name="X">Where the camera stands across the road, in metres from its middle.</param>
/// <param name="Height">Metres over the ground.</param>
/// <param name="Bend">Per metre.</param>
internal sealed record SceneCamera(float Focal, float CenterX, float HorizonY, float X, float Height, float Bend)
{
    /// <summary>Nothing nearer is painted.</summary>
    public const float Near = 0.5f;

    /// <returns>Column, row, and the inverse of the depth.</returns>
    public Vector3 Project(Vector3 p)
    {
        float inverse = 1 / p.Z;
        float x = p.X + (Bend * p.Z * p.Z) - X;
        return new Vector3(CenterX + (Focal * x * inverse), HorizonY - (Focal * (p.Y - Height) * inverse), inverse);
    }

    /// <returns>X and Z of the ground seen at a sample below the horizon.</returns>
    public Vector2 Ground(float column, float row)
    {
        float z = Focal * Height / (row - HorizonY);
        return new Vector2(((column - CenterX) * z / Focal) + X - (Bend * z * z), z);
    }
}
