namespace UdaSeg.Infrastructure.Artifacts.S3;

/// <summary>What an object must hold.</summary>
/// <param name="Sha256">64 lower-case hexadecimal digits.</param>
/// <param name="Length">In bytes.</param>
internal sealed record StoredContent(string Sha256, long Length);
