namespace UdaSeg.Api.Tests.Hostile;

/// <summary>A file as an attacker, or a careless program, might send it, and what must become of it wherever images are read.</summary>
/// <param name="Name">Unique, and fit for a file's name.</param>
/// <param name="Bytes">The file.</param>
/// <param name="Width">Of the upright image; 0 when it is refused.</param>
/// <param name="Height">Of the upright image; 0 when it is refused.</param>
/// <param name="Code">Of the refusal; null when it is accepted.</param>
internal sealed record HostileFile(string Name, byte[] Bytes, int Width, int Height, string? Code)
{
    public const string Undecodable = "undecodable-image", Unsupported = "unsupported-image", TooLarge = "image-too-large";

    public int Status => Code switch { null => 200, Unsupported => 415, TooLarge => 413, _ => 422 };

    public static HostileFile Accepted(string name, byte[] bytes, int width, int height) => new(name, bytes, width, height, null);

    public static HostileFile Refused(string name, byte[] bytes, string code = Undecodable) => new(name, bytes, 0, 0, code);
}

/// <summary>The whole corpus. Nothing of it is stored: each file is made by a pure function.</summary>
internal static class HostileImages
{
    public static IReadOnlyList<HostileFile> All { get; } = [.. HostilePngs.All(), .. HostilePhotos.All(), .. HostileOthers.All()];
}
