using System.Net;
using Amazon.Runtime;

namespace UdaSeg.Infrastructure.Artifacts.S3;

/// <summary>From the asynchronous client to the synchronous port.</summary>
internal static class S3Calls
{
    /// <summary>
    /// Waits for a call. The port is synchronous because tensor code, its main user, may not await (grad mode and dispose scopes belong to a thread), and the
    /// SDK has asynchronous calls only. Blocking is safe here: no call comes back to a synchronisation context. This is the one place that does it.
    /// </summary>
    /// <exception cref="ArtifactsUnavailableException">The server does not answer, or is in trouble itself.</exception>
    /// <exception cref="IOException">The server refuses. Faults of local files pass as they are.</exception>
    public static T Wait<T>(Func<Task<T>> call)
    {
        try
        {
            return call().GetAwaiter().GetResult();
        }
        catch (AmazonServiceException trouble) when ((int)trouble.StatusCode >= 500)
        {
            throw new ArtifactsUnavailableException($"The S3 server answered {(int)trouble.StatusCode} {trouble.ErrorCode ?? trouble.StatusCode.ToString()}.", trouble);
        }
        catch (AmazonServiceException refusal) when (refusal.StatusCode != 0)
        {
            throw new IOException($"The S3 server answered {(int)refusal.StatusCode} {refusal.ErrorCode ?? refusal.StatusCode.ToString()}.", refusal);
        }
        catch (Exception silence) when (silence is AmazonServiceException or AmazonClientException or HttpRequestException or OperationCanceledException)
        {
            throw new ArtifactsUnavailableException("The S3 server cannot be reached or does not answer.", silence);
        }
    }

    public static bool IsMissing(AmazonServiceException answer) => answer.StatusCode == HttpStatusCode.NotFound && answer.ErrorCode != "NoSuchBucket";
}
