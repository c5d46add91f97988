using System.Text.RegularExpressions;
using UdaSeg.Infrastructure.Artifacts;

namespace UdaSeg.Infrastructure.Settings;

/// <summary>What settings of a bucket must fulfil. Messages name the setting and, as an address or a key may hold a secret, never its value.</summary>
internal static partial class S3SettingsRules
{
    private const string At = "UdaSeg:Artifacts:S3:";
    private const long MinCacheBytes = 64L << 20;

    public static IEnumerable<string> Faults(S3Settings? s3)
    {
        if (s3 is null) yield break;
        if (!IsAddress(s3.Endpoint)) yield return $"{At}Endpoint must be an absolute http or https address without user, path and query.";
        if (!BucketName().IsMatch(s3.Bucket)) yield return $"{At}Bucket must name a bucket: 3 to 63 lower-case letters, digits, dots and hyphens.";
        if (s3.AccessKey.Length == 0 != (s3.SecretKey.Length == 0))
        {
            yield return $"{At}AccessKey and {At}SecretKey go together; leave out both for the credentials of the environment, the profile or the instance.";
        }

        if (string.IsNullOrWhiteSpace(s3.Region)) yield return $"{At}Region must not be empty.";
        if (s3.Prefix.Length > 0 && (s3.Prefix.Length > 256 || !ArtifactKey.IsKey(s3.Prefix.TrimEnd('/'))))
        {
            yield return $"{At}Prefix must be made of letters, digits, '.', '_' and '-', divided by '/', 256 at most.";
        }

        if (s3.CacheBytes < MinCacheBytes) yield return $"{At}CacheBytes must be at least {MinCacheBytes}.";
    }

    private static bool IsAddress(string endpoint) =>
        Uri.TryCreate(endpoint, UriKind.Absolute, out Uri? address)
        && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
        && address is { UserInfo: "", PathAndQuery: "/", Fragment: "" };

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\z")]
    private static partial Regex BucketName();
}
