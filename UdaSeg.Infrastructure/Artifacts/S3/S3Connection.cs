using Amazon.Runtime;
using Amazon.S3;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Infrastructure.Artifacts.S3;

/// <summary>A client that plain S3 servers understand too, and not AWS alone.</summary>
internal static class S3Connection
{
    private const int Retries = 3;

    /// <param name="s3">Valid settings.</param>
    /// <param name="http">Makes the clients beneath; null: the SDK's own.</param>
    public static AmazonS3Client Open(S3Settings s3, HttpClientFactory? http = null)
    {
        var config = new AmazonS3Config
        {
            ServiceURL = s3.Endpoint,
            AuthenticationRegion = s3.Region,
            ForcePathStyle = true, // a bucket as a host's name needs a name server that knows it
            RetryMode = RequestRetryMode.Standard,
            MaxErrorRetry = Retries,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            Timeout = TimeSpan.FromMinutes(5), // of one request until its answer begins: one part's upload on a slow line

            // The SDK's newer checksums travel in a trailer that many servers refuse; our own SHA-256 is checked when an object is read.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (http is not null) config.HttpClientFactory = http;
        return s3.AccessKey.Length == 0
            ? new AmazonS3Client(config)
            : new AmazonS3Client(new BasicAWSCredentials(s3.AccessKey, s3.SecretKey), config);
    }
}
