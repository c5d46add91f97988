using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace UdaSeg.Infrastructure.Artifacts.S3;

/// <summary>Uploads a large file in parts, which the server joins at the end: until then nothing of it is visible.</summary>
internal sealed class MultipartUpload(IAmazonS3 client)
{
    /// <summary>Of one part; at most 10,000 make an object, so 156 GiB.</summary>
    public const long PartBytes = 16L << 20;

    public const string ContentType = "application/octet-stream";

    public async Task RunAsync(string bucket, string key, string file, long length, IReadOnlyDictionary<string, string> metadata)
    {
        var initiate = new InitiateMultipartUploadRequest { BucketName = bucket, Key = key, ContentType = ContentType };
        foreach ((string property, string value) in metadata) initiate.Metadata[property] = value;
        InitiateMultipartUploadResponse upload = await client.InitiateMultipartUploadAsync(initiate).ConfigureAwait(false);
        try
        {
            var complete = new CompleteMultipartUploadRequest { BucketName = bucket, Key = key, UploadId = upload.UploadId };
            for (long position = 0; position < length; position += PartBytes)
            {
                var part = new UploadPartRequest
                {
                    BucketName = bucket,
                    Key = key,
                    UploadId = upload.UploadId,
                    PartNumber = (int)(position / PartBytes) + 1,
                    FilePath = file,
                    FilePosition = position,
                    PartSize = Math.Min(PartBytes, length - position),
                    UseChunkEncoding = false,
                };
                complete.AddPartETags(await client.UploadPartAsync(part).ConfigureAwait(false));
            }

            await client.CompleteMultipartUploadAsync(complete).ConfigureAwait(false);
        }
        catch
        {
            await AbortAsync(bucket, key, upload.UploadId).ConfigureAwait(false);
            throw;
        }
    }

    // Parts of an upload that is never completed are invisible, but take space.
    private async Task AbortAsync(string bucket, string key, string upload)
    {
        try
        {
            await client.AbortMultipartUploadAsync(bucket, key, upload).ConfigureAwait(false);
        }
        catch (Exception second) when (second is AmazonServiceException or AmazonClientException or HttpRequestException or OperationCanceledException)
        {
            // The first fault is the one to report. A lifecycle rule of the bucket clears away what stays.
        }
    }
}
