using System.Numerics;
using UdaSeg.Domain.Training;

namespace UdaSeg.Demo.Scenes;

/// <summary>What a sequence of draws decides. Each has its own, so that tuning the look never moves a building.</summary>
internal enum SceneDraws
{
    Street = 0,
    Frontage = 1,
    Furniture = 2,
    Traffic = 3,
    People = 4,
    Look = 5,
    Backdrop = 6,
    Trees = 7,
}

/// <summary>A closed interval that a value is drawn from.</summary>
internal readonly record struct Interval(float Min, float Max);

/// <summary>The draws of one scene for one purpose: a pure function of (seed, domain, index, purpose).</summary>
internal sealed class SceneRandom(long seed, SceneDomain domain, int index, SceneDraws draws)
{
    /// <summary>Keeps the demo's draws apart from those of training under the same seed.</summary>
    private const DrawPurpose ScenePurpose = (DrawPurpose)0x5CE7E;

    private DrawSequence _sequence = new(RandomSource.Bits(seed, (int)domain, index, (int)draws, ScenePurpose));

    public float Next(float min, float max) => (float)_sequence.Next(min, max);

    public float Next(Interval interval) => Next(interval.Min, interval.Max);

    public int Below(int count) => _sequence.NextBelow(count);

    public bool Chance(float probability) => _sequence.NextUnit() < probability;

    public uint Seed() => (uint)(_sequence.NextUnit() * uint.MaxValue);

    public T Pick<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];

    /// <returns>The colour with each channel moved by at most <paramref name="amount"/>.</returns>
    public Vector3 Near(Vector3 color, float amount) =>
        color + new Vector3(Next(-amount, amount), Next(-amount, amount), Next(-amount, amount)) + new Vector3(Next(-amount, amount));
}
