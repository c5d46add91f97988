using System.Diagnostics;
using System.Globalization;
using UdaSeg.Api.Tests.Architecture;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Tests.Support;

/// <summary>An S3 server on a free loopback port, with its objects in a folder of its own. It dies with this process.</summary>
public sealed class LoopbackS3 : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Process _server;

    public LoopbackS3()
    {
        string home = Path.Combine(SourceTree.Root, "UdaSeg.Api.Tests", "node");
        if (!Directory.Exists(Path.Combine(home, "node_modules", "s3rver")))
        {
            throw new InvalidOperationException("The tests' S3 server is not installed: run ./test, or npm ci in UdaSeg.Api.Tests/node.");
        }

        var start = new ProcessStartInfo("node") { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(home, "s3.js"));
        start.ArgumentList.Add(_folder.Path);
        _server = Process.Start(start)!;
        string? port = _server.StandardOutput.ReadLine();
        Endpoint = $"http://127.0.0.1:{int.Parse(port ?? "", CultureInfo.InvariantCulture)}";
    }

    public string Endpoint { get; }

    /// <summary>Settings that name a bucket which nobody else uses and which is not made yet.</summary>
    public S3Settings NewBucket() => new() { Endpoint = Endpoint, Bucket = $"test-{Guid.NewGuid():N}", AccessKey = "S3RVER", SecretKey = "S3RVER" };

    /// <summary>Where the server keeps an object's bytes.</summary>
    public string FileOf(S3Settings bucket, string key) => Path.Combine(_folder.Path, bucket.Bucket, key + "._S3rver_object");

    /// <summary>Uploads in parts that were neither completed nor aborted.</summary>
    public int OpenUploads(S3Settings bucket)
    {
        string uploads = Path.Combine(_folder.Path, bucket.Bucket, "._S3rver_uploads");
        return Directory.Exists(uploads) ? Directory.GetDirectories(uploads).Length : 0;
    }

    public void Dispose()
    {
        _server.StandardInput.Close();
        if (!_server.WaitForExit(TimeSpan.FromSeconds(10))) _server.Kill();
        _server.Dispose();
        _folder.Dispose();
    }
}
