namespace UdaSeg.Demo.Scenes.Street;

/// <summary>The side profile of a car: lengths along the car from its rear (−0.5) to its front (0.5) as shares of the length, heights in metres.</summary>
internal sealed record CarShape(
    float Length,
    float HalfWidth,
    float Belt,
    float Hood,
    float Roof,
    float RearBase,
    float RearTop,
    float FrontTop,
    float FrontBase)
{
    public static IReadOnlyList<CarShape> All { get; } =
    [
        new(4.5f, 0.90f, 0.90f, 0.78f, 1.45f, -0.36f, -0.20f, 0.06f, 0.23f), // saloon
        new(4.0f, 0.88f, 0.92f, 0.80f, 1.50f, -0.495f, -0.38f, 0.06f, 0.26f), // hatchback
        new(4.6f, 0.95f, 1.08f, 0.98f, 1.74f, -0.495f, -0.42f, 0.08f, 0.25f), // sport utility
        new(5.0f, 1.00f, 1.18f, 1.02f, 2.10f, -0.495f, -0.47f, 0.26f, 0.42f), // van
    ];
}
