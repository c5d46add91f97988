using UdaSeg.Bench.Measuring;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Photometry;

namespace UdaSeg.Bench;

/// <summary>Where alignment's time goes, and how far it is from moving the bytes alone.</summary>
internal static class AlignParts
{
    public static void Run(RgbImage source, RgbImage reference, int rounds)
    {
        var settings = new AlignmentSettings();
        (StyleProfile mine, StyleProfile theirs) = (StyleProfile.Of(source), StyleProfile.Of(reference));
        var map = PhotometricMap.Solve(mine, theirs, settings);
        var back = PhotometricMap.Solve(theirs, mine, settings);
        var result = new RgbImage(source.Width, source.Height);
        string name = $"copying the image ({source.Pixels.Length / 1e6:0.0} MB read, as many written)";
        Comparison.Run(
            $"Parts on one thread (γ {map.Gamma:0.000} one way, {back.Gamma:0.000} the other)",
            [
                new Contender("profile of one image", () => StyleProfile.Of(source)),
                new Contender("solve, darker or brighter", () => PhotometricMap.Solve(mine, theirs, settings)),
                new Contender("solve, the other way", () => PhotometricMap.Solve(theirs, mine, settings)),
                new Contender("map", () => map.Apply(source, result)),
                new Contender(name, () => source.Pixels.AsSpan().CopyTo(result.Pixels)),
            ],
            1,
            rounds);
    }
}
