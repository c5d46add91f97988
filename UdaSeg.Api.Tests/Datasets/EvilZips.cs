namespace UdaSeg.Api.Tests.Datasets;

/// <summary>Archives that must be refused, with the status and code of the refusal.</summary>
internal static class EvilZips
{
    private static readonly byte[] s_bytes = [1, 2, 3];

    public static IEnumerable<(string What, byte[] Zip, int Status, string Code)> All()
    {
        foreach (string name in (string[])["/etc/x", "../x", "a/../../x", "a/..", "a\\b", "C:/x", "c:x", "a/\u0001", "a\nb", "", "a//b", "./a", "a/./b", "a./b",
            "a /b", "CON", "a/nul.png", "com1/a.png", "Lpt9.label.png", new string('x', 513), new string('x', 256), new string('é', 130)])
        {
            yield return ($"name '{name}'", HandmadeZip.Of(Good("a.png"), new(name, s_bytes)), 422, "archive-unsafe");
        }

        foreach (int mode in (int[])[0xA1FF, 0x11A4, 0x21A4, 0x61A4, 0xC1A4, 0x41ED])
        {
            yield return ($"mode {mode:X}", HandmadeZip.Of(Good("a"), new("b", "/etc/passwd"u8.ToArray()) { UnixMode = mode }), 422, "archive-unsafe");
        }

        yield return ("folder that is a link", HandmadeZip.Of(Good("a"), new("b/", []) { UnixMode = 0xA1FF }), 422, "archive-unsafe");
        yield return ("folder with content", HandmadeZip.Of(Good("a"), new("b/", s_bytes) { UnixMode = 0x41ED }), 422, "archive-unsafe");
        yield return ("encrypted", HandmadeZip.Of(Good("a"), new("b", s_bytes) { Flags = 0x801 }), 422, "archive-unsafe");
        yield return ("doubled", HandmadeZip.Of(Good("a/b"), Good("a/b")), 422, "archive-unsafe");
        yield return ("doubled but for case", HandmadeZip.Of(Good("a/B"), Good("A/b")), 422, "archive-unsafe");
        yield return ("file and folder", HandmadeZip.Of(Good("a/b"), Good("A")), 422, "archive-unsafe");
        yield return ("hidden and evil", HandmadeZip.Of(Good("a"), Good(".x/../../b")), 422, "archive-unsafe");
        yield return ("bomb", HandmadeZip.Of(new ZipPart("a", new byte[1 << 20]) { Deflate = true }), 422, "archive-unsafe");
        yield return ("method", HandmadeZip.Of(Good("a"), new("b", s_bytes) { Method = 12 }), 422, "archive-unreadable");
        yield return ("no zip", [.. Enumerable.Repeat((byte)7, 100)], 422, "archive-unreadable");
        yield return ("empty", [], 422, "archive-unreadable");
        yield return ("cut off", HandmadeZip.Of(Good("a"), Good("b"))[..^10], 422, "archive-unreadable");
        yield return ("head cut off", HandmadeZip.Of(Good("a"), Good("b"))[8..], 422, "archive-unreadable");
        yield return ("shorter than said", HandmadeZip.Of(new ZipPart("a", s_bytes) { Deflate = true, DeclaredSize = 9 }), 422, "archive-unreadable");
        yield return ("longer than said", HandmadeZip.Of(new ZipPart("a", new byte[100]) { Deflate = true, DeclaredSize = 2 }), 422, "archive-unreadable");
        yield return ("checksum", HandmadeZip.Of(new ZipPart("a", s_bytes) { Crc = 5 }), 422, "archive-unreadable");
    }

    public static ZipPart Good(string name) => new(name, s_bytes);
}
