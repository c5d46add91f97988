using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace UdaSeg.Api.Pages;

/// <summary>The Content-Security-Policy of the pages: everything from this server, and of inline scripts only those that the document itself holds.</summary>
internal static partial class PagePolicy
{
    /// <param name="document">The HTML whose inline scripts (an import map is one) are allowed by their SHA-256.</param>
    public static string For(string document)
    {
        IEnumerable<string> hashes = InlineScript().Matches(document).Select(script => $"'sha256-{HashOf(script.Groups["body"].Value)}'");
        return $"default-src 'self'; script-src {string.Join(' ', hashes.Prepend("'self'"))}; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; "
            + "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    }

    private static string HashOf(string body) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(body)));

    [GeneratedRegex(@"<script(?![^>]*\ssrc=)[^>]*>(?<body>.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex InlineScript();
}
