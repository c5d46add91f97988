using System.Text;

namespace UdaSeg.Infrastructure.Settings;

/// <summary>Where artifacts lie.</summary>
public sealed record ArtifactSettings
{
    /// <summary>A bucket that servers and workers on several hosts share; null: files under the data root.</summary>
    public S3Settings? S3 { get; init; }
}

/// <summary>A bucket on a server that speaks S3.</summary>
public sealed record S3Settings
{
    /// <summary>Absolute <c>http</c> or <c>https</c> address of the server, without the bucket.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>Made at start when it is missing.</summary>
    public string Bucket { get; init; } = "";

    /// <summary>Both keys, or neither: then credentials come from the SDK's own chain (environment, profile, instance).</summary>
    public string AccessKey { get; init; } = "";

    public string SecretKey { get; init; } = "";

    /// <summary>Signed into requests; most servers other than AWS take any.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>Begins every key in the bucket, so that several services may share one.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Of local copies, in bytes; the least recently used go first.</summary>
    public long CacheBytes { get; init; } = 8L << 30;

    // A record prints its members; these two are nobody's to read in a log.
    private bool PrintMembers(StringBuilder text)
    {
        text.Append($"Endpoint = {Endpoint}, Bucket = {Bucket}, Region = {Region}, Prefix = {Prefix}, CacheBytes = {CacheBytes}");
        return true;
    }
}
