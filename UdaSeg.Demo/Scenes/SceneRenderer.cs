using System.Numerics;
using UdaSeg.Demo.Scenes.Painting;
using UdaSeg.Demo.Scenes.Street;
using UdaSeg.Domain.Images;

namespace UdaSeg.Demo.Scenes;

/// <summary>Street scenes in perspective with exact labels. Every function is pure: the same arguments give the same bytes, on any thread.</summary>
internal static class SceneRenderer
{
    /// <summary>Samples along each side of a pixel. Colours are their mean, the label is the class of most of them.</summary>
    private const int Oversampling = 2;

    /// <param name="domain">Game (source) or camera (target).</param>
    /// <param name="index">Which scene of the domain, from 0.</param>
    /// <param name="seed">Of the whole set.</param>
    /// <param name="width">In pixels, at least 32.</param>
    /// <param name="height">In pixels, at least 32.</param>
    public static RenderedScene Render(SceneDomain domain, int index, long seed, int width, int height) =>
        Render(SceneStyle.Of(domain), domain, index, seed, width, height);

    /// <summary>As above with a style of one's own: to tune the gap, or to take it apart.</summary>
    public static RenderedScene Render(SceneStyle style, SceneDomain domain, int index, long seed, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 32);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 32);
        Canvas canvas = Paint(style, domain, index, seed, width * Oversampling, height * Oversampling);
        var random = new SceneRandom(seed, domain, index, SceneDraws.Look);
        CameraLook look = CameraLook.Draw(style.Look, random);
        Vector3[] pixels = Development.Resolve(canvas, Oversampling, look);
        Development.Grade(pixels, width, height, look);
        pixels = Lens.Blur(pixels, width, height, look.BlurSigma * width / 320f);
        RgbImage image = Development.Expose(pixels, width, height, look, random.Seed());
        return new RenderedScene(image, new LabelMap(width, height, Development.ResolveLabels(canvas, Oversampling)));
    }

    /// <summary>Paints the scene's samples: colour, class and depth, before any camera.</summary>
    internal static Canvas Paint(SceneStyle style, SceneDomain domain, int index, long seed, int width, int height)
    {
        SceneRandom Random(SceneDraws draws) => new(seed, domain, index, draws);
        SceneRandom street = Random(SceneDraws.Street);
        var plan = StreetPlan.Draw(style.Street, street);
        var light = new SceneLight(street.Chance(0.5f) ? 1 : -1, street.Next(style.Surface.ShadowStrength), street.Chance(0.6f) ? street.Next(1.5f, 5) : -5);
        var canvas = new Canvas(width, height, Place(style.Street, plan, street, width, height));
        var stage = new Stage(canvas, style, plan, light);
        var trees = new TreePainter(stage, Random(SceneDraws.Trees));

        // Near things first, so that fewer hidden samples are shaded; the depth test makes the order a matter of speed only.
        new PersonPainter(stage, Random(SceneDraws.People)).Paint();
        new CarPainter(stage, Random(SceneDraws.Traffic)).Paint();
        new FurniturePainter(stage, Random(SceneDraws.Furniture)).Paint();
        trees.Paint();
        new BuildingPainter(stage, Random(SceneDraws.Frontage)).Paint();
        SceneRandom backdrop = Random(SceneDraws.Backdrop);
        new BackdropPainter(stage, backdrop, trees).Paint();
        new GroundPainter(stage, backdrop).Paint();
        stage.LayShadows();
        new SkyPainter(stage, backdrop).Paint();
        return canvas;
    }

    private static SceneCamera Place(StreetStyle style, StreetPlan plan, SceneRandom random, int width, int height) => new(
        random.Next(style.Focal) * width,
        (0.5f + random.Next(style.Yaw)) * width,
        random.Next(style.Horizon) * height,
        plan.RoadHalf * random.Next(0.2f, 0.5f),
        random.Next(style.CameraHeight),
        random.Next(style.Bend));
}
