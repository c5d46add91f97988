using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace UdaSeg.Infrastructure.Artifacts.S3;

/// <summary>Artifacts as objects of one bucket, each with its SHA-256 and length as metadata. Safe for several threads.</summary>
/// <param name="client">Owned.</param>
/// <param name="name">Of the bucket.</param>
/// <param name="prefix">Before every key: empty, or with <c>/</c> at its end.</param>
internal sealed class S3Bucket(IAmazonS3 client, string name, string prefix) : IDisposable
{
    private const string Sha256Name = "sha256";
    private const string LengthName = "length";
    private const int CopyBytes = 128 << 10;

    /// <summary>A download in which nothing arrives for so long has died.</summary>
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(60);

    private readonly MultipartUpload _multipart = new(client);

    public void Dispose() => client.Dispose();

    public async Task<bool> ExistsAsync(string key) => await MetadataAsync(key).ConfigureAwait(false) is not null;

    /// <returns>Null when there is no such object.</returns>
    /// <exception cref="InvalidDataException">The object carries no checksum.</exception>
    public async Task<StoredContent?> HeadAsync(string key) =>
        await MetadataAsync(key).ConfigureAwait(false) is { } metadata ? ContentOf(key, metadata) : null;

    /// <summary>Copies the object's bytes; whether they are the promised ones is the caller's to check.</summary>
    /// <returns>Null when there is no such object.</returns>
    /// <exception cref="EndOfStreamException">The connection broke before the end.</exception>
    /// <exception cref="InvalidDataException">The object carries no checksum.</exception>
    public async Task<StoredContent?> GetAsync(string key, Stream target)
    {
        try
        {
            using GetObjectResponse answer = await client.GetObjectAsync(name, prefix + key).ConfigureAwait(false);
            StoredContent content = ContentOf(key, answer.Metadata);
            await CopyAsync(answer.ResponseStream, target).ConfigureAwait(false);
            return content;
        }
        catch (AmazonServiceException answer) when (S3Calls.IsMissing(answer))
        {
            return null;
        }
    }

    /// <summary>Publishes a file whole or not at all, replacing what was there.</summary>
    public async Task<bool> PutAsync(string key, string file, StoredContent content)
    {
        var metadata = new Dictionary<string, string> { [Sha256Name] = content.Sha256, [LengthName] = content.Length.ToString(null as IFormatProvider) };
        if (content.Length > MultipartUpload.PartBytes)
        {
            await _multipart.RunAsync(name, prefix + key, file, content.Length, metadata).ConfigureAwait(false);
            return true;
        }

        var put = new PutObjectRequest
        {
            BucketName = name,
            Key = prefix + key,
            FilePath = file,
            ContentType = MultipartUpload.ContentType,
            UseChunkEncoding = false, // plain servers would store the chunks' signatures with the bytes
        };
        foreach ((string property, string value) in metadata) put.Metadata[property] = value;
        await client.PutObjectAsync(put).ConfigureAwait(false);
        return true;
    }

    /// <returns>Whether the server took it; that nothing was there is no error.</returns>
    public async Task<bool> DeleteAsync(string key)
    {
        try
        {
            await client.DeleteObjectAsync(name, prefix + key).ConfigureAwait(false);
            return true;
        }
        catch (AmazonServiceException answer) when (S3Calls.IsMissing(answer))
        {
            return false; // AWS answers 204, some servers 404
        }
    }

    /// <returns>Keys without the bucket's prefix, in ordinal order.</returns>
    public async Task<IReadOnlyList<string>> ListAsync(string keyPrefix)
    {
        var keys = new List<string>();
        var request = new ListObjectsV2Request { BucketName = name, Prefix = prefix + keyPrefix };
        ListObjectsV2Response page;
        do
        {
            page = await client.ListObjectsV2Async(request).ConfigureAwait(false);
            keys.AddRange((page.S3Objects ?? []).Select(o => o.Key[prefix.Length..]));
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true);
        keys.Sort(StringComparer.Ordinal);
        return keys;
    }

    /// <summary>Makes the bucket when it is missing; another server may do so at the same moment.</summary>
    public async Task<bool> MakeAsync()
    {
        if (await IsThereAsync().ConfigureAwait(false)) return false;
        try
        {
            await client.PutBucketAsync(new PutBucketRequest { BucketName = name }).ConfigureAwait(false);
            return true;
        }
        catch (AmazonServiceException answer) when (answer.StatusCode == HttpStatusCode.Conflict)
        {
            // Someone else was quicker. If they are not us, we may not look into it, and that is the fault to report.
            if (!await IsThereAsync().ConfigureAwait(false)) throw;
            return false;
        }
    }

    private async Task<bool> IsThereAsync()
    {
        try
        {
            await client.HeadBucketAsync(new HeadBucketRequest { BucketName = name }).ConfigureAwait(false);
            return true;
        }
        catch (AmazonServiceException answer) when (answer.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    private async Task<MetadataCollection?> MetadataAsync(string key)
    {
        try
        {
            return (await client.GetObjectMetadataAsync(name, prefix + key).ConfigureAwait(false)).Metadata;
        }
        catch (AmazonServiceException answer) when (S3Calls.IsMissing(answer))
        {
            return null;
        }
    }

    private static StoredContent ContentOf(string key, MetadataCollection metadata) =>
        metadata[Sha256Name] is { Length: 64 } sha256 && long.TryParse(metadata[LengthName], out long length)
            ? new StoredContent(sha256, length)
            : throw new InvalidDataException($"The artifact '{key}' carries no checksum: something else has written it.");

    private static async Task CopyAsync(Stream source, Stream target)
    {
        using var stalled = new CancellationTokenSource();
        byte[] buffer = new byte[CopyBytes];
        while (true)
        {
            int read;
            stalled.CancelAfter(Stall);
            try
            {
                read = await source.ReadAsync(buffer, stalled.Token).ConfigureAwait(false);
            }
            catch (AmazonClientException)
            {
                return; // at the end the SDK compares the ETag with an MD5, which not every server's ETag is: our SHA-256 decides
            }
            catch (Exception broken) when (broken is IOException or HttpRequestException or OperationCanceledException)
            {
                throw new EndOfStreamException("The download from the S3 server broke off.", broken);
            }

            if (read == 0) return;
            await target.WriteAsync(buffer.AsMemory(0, read), CancellationToken.None).ConfigureAwait(false);
        }
    }
}
