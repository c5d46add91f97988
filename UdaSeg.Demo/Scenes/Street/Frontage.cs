namespace UdaSeg.Demo.Scenes.Street;

internal enum FrontageKind
{
    Building,
    Park,
    SideStreet,
}

/// <summary>A stretch of one side of the street, from <paramref name="From"/> to <paramref name="To"/> along Z in metres.</summary>
/// <param name="Side">−1 left, 1 right.</param>
/// <param name="Kind">What stands there.</param>
/// <param name="From">Near end.</param>
/// <param name="To">Far end.</param>
internal sealed record Frontage(int Side, FrontageKind Kind, float From, float To)
{
    public float Middle => (From + To) / 2;
}
