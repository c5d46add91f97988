using System.Text;
using UdaSeg.Api.Tests.Datasets;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Ports;
using static UdaSeg.Api.Tests.Hostile.HostileFile;

namespace UdaSeg.Api.Tests.Hostile;

/// <summary>What is no image of ours whatever its name says, and files that are two things at once.</summary>
internal static class HostileOthers
{
    public static IEnumerable<HostileFile> All() => [.. Foreign(), .. Polyglots()];

    private static IEnumerable<HostileFile> Foreign()
    {
        yield return Refused("nothing", [], Unsupported);
        yield return Refused("zeros", new byte[1000], Unsupported);
        yield return Refused("gif-animated", [.. "GIF89a"u8, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255, .. Frame(), .. Frame(), 0x3B], Unsupported);
        yield return Refused("svg", Text("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><script>alert(1)</script></svg>"), Unsupported);
        yield return Refused("svg-of-a-billion-laughs", Text("<!DOCTYPE a [<!ENTITY b 'lol'><!ENTITY c '&b;&b;&b;&b;'>]><svg>&c;</svg>"), Unsupported);
        yield return Refused("bmp", [.. "BM"u8, 58, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 24, 0, .. new byte[28]], Unsupported);
        yield return Refused("tiff", [.. "II"u8, 42, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0], Unsupported);
        yield return Refused("heic", [0, 0, 0, 24, .. "ftypheic"u8, 0, 0, 0, 0, .. "mif1heic"u8], Unsupported);
        yield return Refused("avif", [0, 0, 0, 24, .. "ftypavif"u8, 0, 0, 0, 0, .. "mif1avif"u8], Unsupported);
        yield return Refused("ico", [0, 0, 1, 0, 1, 0, 1, 1, 0, 0, 1, 0, 24, 0, 48, 0, 0, 0, 22, 0, 0, 0, .. new byte[48]], Unsupported);
        yield return Refused("pdf", Text("%PDF-1.7\n1 0 obj <</Type/Catalog>> endobj"), Unsupported);
        yield return Refused("html", Text("<!DOCTYPE html><script>fetch('/api/v1/limits')</script>"), Unsupported);
        yield return Refused("zip", HandmadeZip.Of(EvilZips.Good("a.png")), Unsupported);
        yield return Refused("wav", [.. "RIFF"u8, 16, 0, 0, 0, .. "WAVEfmt "u8, .. new byte[16]], Unsupported);
        yield return Refused("raw-dng", [.. "MM"u8, 0, 42, 0, 0, 0, 8, .. new byte[40]], Unsupported);
    }

    private static IEnumerable<HostileFile> Polyglots()
    {
        byte[] png = ResourceHost.Png(), jpeg = ResourceHost.Codec.Encode(ResourceHost.Picture(24, 16, 1), ImageFormat.Jpeg);
        yield return Accepted("png-and-zip", [.. png, .. HandmadeZip.Of(EvilZips.Good("a"))], 12, 8);
        yield return Accepted("png-and-html", [.. png, .. "<script>alert(1)</script>"u8], 12, 8);
        yield return Accepted("jpeg-and-php", [.. jpeg, .. "<?php system($_GET['c']); ?>"u8], 24, 16);
        yield return Accepted("jpeg-and-png", [.. jpeg, .. png], 24, 16);
        yield return Refused("gif-and-png", [.. "GIF89a"u8, .. png], Unsupported);
        yield return Refused("png-that-starts-with-a-newline", [(byte)'\n', .. png], Unsupported);
        yield return Refused("png-mangled-by-a-text-transfer", [.. png[..4], 10, .. png[6..]], Unsupported);
        yield return Refused("png-signature-and-jpeg", [.. RawPng.Signature, .. jpeg]);
        yield return Refused("jpeg-start-and-html", [0xFF, 0xD8, 0xFF, .. "<html>"u8]);
    }

    private static byte[] Frame() => [0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0];

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
