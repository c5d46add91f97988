using System.Numerics;

namespace UdaSeg.Demo.Scenes;

/// <summary>Where the camera stands and how the street is laid out. Metres unless said otherwise; each interval is drawn from once a scene.</summary>
internal sealed record StreetStyle
{
    /// <summary>Focal length over the image's width.</summary>
    public required Interval Focal { get; init; }

    public required Interval CameraHeight { get; init; }

    /// <summary>Row of the horizon over the image's height (pitch).</summary>
    public required Interval Horizon { get; init; }

    /// <summary>Column of the vanishing point, from the middle, over the image's width (yaw).</summary>
    public required Interval Yaw { get; init; }

    /// <summary>Sideways shift of the road per squared metre of distance.</summary>
    public required Interval Bend { get; init; }

    public required Interval RoadHalfWidth { get; init; }

    public required Interval SidewalkWidth { get; init; }

    /// <summary>Storeys of a building.</summary>
    public required Interval Storeys { get; init; }

    /// <summary>Probabilities: a strip of grass along the kerb, a park or a side street in place of a building, a gabled roof.</summary>
    public required float GrassStrip { get; init; }

    public required float Park { get; init; }

    public required float SideStreet { get; init; }

    public required float Gable { get; init; }

    /// <summary>Distance between neighbours.</summary>
    public required Interval TreeSpacing { get; init; }

    public required Interval LampSpacing { get; init; }

    /// <summary>How many a scene.</summary>
    public required Interval Signs { get; init; }

    public required Interval People { get; init; }

    public required Interval MovingCars { get; init; }

    /// <summary>Probability that a place at the kerb is taken.</summary>
    public required Interval ParkedCars { get; init; }
}

/// <summary>What surfaces look like before any camera: the part of the gap that no global colour change removes.</summary>
/// <param name="Texture">Amplitude of asphalt grain, brick, plaster and foliage, as a share of the colour; 0 is flat.</param>
/// <param name="ShadowStrength">Share of light that a shadow takes.</param>
/// <param name="ShadowSoftness">Width of the penumbra as a share of the shadow's radius.</param>
/// <param name="CloudCover">Share of the sky that clouds hide, drawn a scene.</param>
/// <param name="Steps">Steps of light on tree crowns: 3 is cel shading, 0 is smooth.</param>
internal sealed record SurfaceStyle(float Texture, Interval ShadowStrength, float ShadowSoftness, Interval CloudCover, int Steps);

/// <summary>
/// The camera's knobs, in the order in which light passes them. Each interval is drawn from once an image, so that references differ, around the domain's mean;
/// widen or move one to tune the gap. <see cref="Clean"/> leaves the painted colours as they are.
/// </summary>
internal sealed record CameraStyle
{
    /// <summary>Extinction per metre: colour moves to <see cref="HazeColor"/> by 1 − e^(−Haze·Z).</summary>
    public Interval Haze { get; init; }

    public Vector3 HazeColor { get; init; } = new(0.80f, 0.82f, 0.84f);

    /// <summary>1 keeps colours, 0 is grey.</summary>
    public Interval Saturation { get; init; } = new(1, 1);

    /// <summary>White balance: gains of red and blue against green.</summary>
    public Interval RedGain { get; init; } = new(1, 1);

    public Interval BlueGain { get; init; } = new(1, 1);

    /// <summary>Exponent on encoded values: above 1 darkens the middle tones. The main knob of lightness.</summary>
    public Interval ExposureGamma { get; init; } = new(1, 1);

    /// <summary>Raises black, as stray light in the lens does.</summary>
    public float BlackLevel { get; init; }

    /// <summary>Share of light lost in the corners.</summary>
    public Interval Vignette { get; init; }

    /// <summary>Standard deviation of the Gaussian blur, in pixels of an image of 320 columns (grows with the image).</summary>
    public Interval BlurSigma { get; init; }

    /// <summary>Standard deviation of the sensor's noise, in 8-bit levels, of lightness; colour noise has half of it.</summary>
    public Interval NoiseSigma { get; init; }

    public static CameraStyle Clean { get; } = new();
}

/// <summary>Everything in which the two domains differ, in one place.</summary>
internal sealed record SceneStyle(StreetStyle Street, SurfaceStyle Surface, CameraStyle Look)
{
    /// <summary>A wide straight road between low houses in full sun; no texture, no lens, no sensor.</summary>
    public static SceneStyle Game { get; } = new(
        new StreetStyle
        {
            Focal = new(0.78f, 0.84f),
            CameraHeight = new(1.5f, 1.7f),
            Horizon = new(0.44f, 0.48f),
            Yaw = new(-0.05f, 0.05f),
            Bend = new(-0.0004f, 0.0004f),
            RoadHalfWidth = new(4.4f, 5.6f),
            SidewalkWidth = new(2.4f, 3.4f),
            Storeys = new(1.6f, 3.99f),
            GrassStrip = 0.4f,
            Park = 0.22f,
            SideStreet = 0.16f,
            Gable = 0.6f,
            TreeSpacing = new(9, 18),
            LampSpacing = new(18, 26),
            Signs = new(3, 6.99f),
            People = new(7, 14.99f),
            MovingCars = new(1, 3.99f),
            ParkedCars = new(0.1f, 0.45f),
        },
        new SurfaceStyle(Texture: 0, ShadowStrength: new(0.30f, 0.38f), ShadowSoftness: 0.08f, CloudCover: new(0.1f, 0.4f), Steps: 3),
        CameraStyle.Clean);

    /// <summary>A narrower, bent street between taller houses, under-exposed and warm, through haze, a soft lens and a noisy sensor.</summary>
    public static SceneStyle Camera { get; } = new(
        new StreetStyle
        {
            Focal = new(0.84f, 0.98f),
            CameraHeight = new(1.2f, 1.5f),
            Horizon = new(0.46f, 0.53f),
            Yaw = new(-0.12f, 0.12f),
            Bend = new(-0.0022f, 0.0022f),
            RoadHalfWidth = new(3.5f, 4.6f),
            SidewalkWidth = new(1.9f, 2.8f),
            Storeys = new(2.2f, 4.99f),
            GrassStrip = 0.3f,
            Park = 0.26f,
            SideStreet = 0.18f,
            Gable = 0.35f,
            TreeSpacing = new(7, 15),
            LampSpacing = new(15, 24),
            Signs = new(3, 6.99f),
            People = new(6, 14.99f),
            MovingCars = new(1, 3.99f),
            ParkedCars = new(0.25f, 0.6f),
        },
        new SurfaceStyle(Texture: 0.34f, ShadowStrength: new(0.25f, 0.45f), ShadowSoftness: 0.6f, CloudCover: new(0.35f, 0.8f), Steps: 0),
        new CameraStyle
        {
            Haze = new(0.005f, 0.013f),
            Saturation = new(0.50f, 0.72f),
            RedGain = new(1.04f, 1.16f),
            BlueGain = new(0.70f, 0.84f),
            ExposureGamma = new(1.55f, 2.05f),
            BlackLevel = 0.03f,
            Vignette = new(0.10f, 0.28f),
            BlurSigma = new(0.35f, 0.65f),
            NoiseSigma = new(3, 5.5f),
        });

    public static SceneStyle Of(SceneDomain domain) => domain == SceneDomain.Game ? Game : Camera;
}
