using System.Net;
using System.Net.Sockets;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Infrastructure.Artifacts;
using UdaSeg.Infrastructure.Artifacts.S3;
using Xunit;

namespace UdaSeg.Api.Tests.Artifacts;

/// <summary>What the S3 store does when the server, the line or the bucket is not as it should be.</summary>
public sealed class S3FaultTests : IClassFixture<LoopbackS3>, IDisposable
{
    private readonly LoopbackS3 _server;
    private readonly S3Hosts _hosts;
    private readonly WatchedHttp _http = new();
    private readonly S3ArtifactStore _store;
    private readonly S3ArtifactStore _other;

    public S3FaultTests(LoopbackS3 server)
    {
        _server = server;
        _hosts = new S3Hosts(server.NewBucket());
        _store = _hosts.Add("here", _http);
        _other = _hosts.Add("other");
    }

    public void Dispose() => _hosts.Dispose();

    [Theory]
    [InlineData("partNumber=2")]
    [InlineData("uploadId=")]
    public void An_upload_in_parts_that_fails_leaves_nothing(string step)
    {
        _other.Write("a", s => s.WriteByte(1));
        _http.Instead = r => r.Method != HttpMethod.Delete && r.RequestUri!.Query.Contains(step, StringComparison.Ordinal) ? Refusal() : null;
        Assert.Throws<IOException>(() => _store.Write("a", WriteLarge));
        Assert.Throws<IOException>(() => _store.Write("b", WriteLarge));
        Assert.Equal(["a"], _store.List(""));
        Assert.Equal(1, _other.OpenRead("a").Length);
        Assert.Equal(0, _server.OpenUploads(_hosts.Bucket));
        Assert.Empty(_hosts.FilesOf("here"));
    }

    [Fact]
    public void An_abort_that_fails_too_does_not_hide_the_first_fault()
    {
        _http.Instead = r => r.Method == HttpMethod.Delete ? Answer(HttpStatusCode.NotImplemented) : r.RequestUri!.Query.Contains("partNumber=2") ? Refusal() : null;
        Assert.Contains("403", Assert.Throws<IOException>(() => _store.Write("a", WriteLarge)).Message);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(20_000_000)]
    public void A_passing_fault_is_tried_again(int length)
    {
        int faults = 0;
        _http.Instead = r => r.Method == HttpMethod.Put && Interlocked.Increment(ref faults) == 1 ? Answer(HttpStatusCode.ServiceUnavailable) : null;
        _store.Write("a", s => s.Write(new byte[length]));
        using Stream read = _other.OpenRead("a");
        Assert.Equal(length, read.Length);
    }

    [Fact]
    public void Bytes_that_were_changed_in_the_bucket_are_refused_and_never_kept()
    {
        _other.Write("a", s => s.Write([1, 2, 3]));
        string file = _server.FileOf(_hosts.Bucket, "a");
        foreach (byte[] changed in new byte[][] { [1, 2, 4], [1, 2], [] })
        {
            File.WriteAllBytes(file, changed);
            int before = _http.Count("GET");
            Assert.Contains("'a'", Assert.Throws<InvalidDataException>(() => _store.OpenRead("a")).Message);
            Assert.Equal(before + 2, _http.Count("GET"));
            Assert.Empty(_hosts.FilesOf("here"));
        }

        File.WriteAllBytes(file, [1, 2, 3]);
        Assert.Equal(3, _store.OpenRead("a").Length);
    }

    [Fact]
    public void A_download_that_came_wrong_once_is_tried_again()
    {
        _other.Write("a", s => s.Write([1, 2, 3]));
        int answers = 0;
        _http.Afterwards = (request, response) =>
        {
            if (request.Method != HttpMethod.Get || Interlocked.Increment(ref answers) > 1) return;
            response.Content = new ByteArrayContent([1, 2, 4]);
        };
        using Stream read = _store.OpenRead("a");
        Assert.Equal([1, 2, 3], ReadAll(read));
        Assert.Equal(2, answers);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void A_line_that_breaks_within_a_download_is_tried_again_once(int breaks, bool fails)
    {
        _other.Write("a", s => s.Write(new byte[100_000]));
        int answers = 0;
        _http.Afterwards = (request, response) =>
        {
            if (request.Method == HttpMethod.Get && Interlocked.Increment(ref answers) <= breaks) response.Content = new StreamContent(new BreakingStream());
        };
        if (fails) Assert.Throws<EndOfStreamException>(() => _store.OpenRead("a"));
        else Assert.Equal(100_000, _store.OpenRead("a").Length);
        Assert.Equal(fails ? 0 : 1, _hosts.FilesOf("here").Length);
    }

    [Fact]
    public void An_object_that_something_else_has_written_is_refused()
    {
        File.WriteAllBytes(_server.FileOf(_hosts.Bucket, "a"), [1]);
        Assert.True(_store.Exists("a"));
        Assert.Contains("no checksum", Assert.Throws<InvalidDataException>(() => _store.OpenRead("a")).Message);
    }

    [Fact]
    public void A_server_that_cannot_be_reached_is_an_io_fault_and_leaves_nothing_behind()
    {
        S3ArtifactStore store = _hosts.Add("lonely", settings: _hosts.Bucket with { Endpoint = $"http://127.0.0.1:{UnusedPort()}" });
        string message = Assert.Throws<ArtifactsUnavailableException>(() => store.Write("a", s => s.WriteByte(1))).Message;
        Assert.Contains("cannot be reached", message);
        Assert.Throws<ArtifactsUnavailableException>(() => store.OpenRead("a"));
        Assert.Throws<ArtifactsUnavailableException>(store.MakeBucket);
        Assert.Empty(_hosts.FilesOf("lonely"));
    }

    [Fact]
    public void A_bucket_that_is_missing_or_closed_is_not_mistaken_for_a_missing_artifact()
    {
        S3ArtifactStore missing = _hosts.Add("lost", settings: _server.NewBucket());
        Assert.Contains("NoSuchBucket", Assert.Throws<IOException>(() => missing.OpenRead("a")).Message);
        Assert.Throws<IOException>(() => missing.Write("a", s => s.WriteByte(1)));

        _http.Instead = _ => Refusal();
        foreach (Action use in new Action[] { () => _store.OpenRead("a"), () => _store.Exists("a"), () => _store.Delete("a"), _store.MakeBucket })
        {
            Assert.Contains("403", Assert.Throws<IOException>(use).Message);
        }
    }

    private static void WriteLarge(Stream stream) => stream.Write(new byte[MultipartUpload.PartBytes + 1]);

    private static byte[] ReadAll(Stream stream)
    {
        byte[] all = new byte[stream.Length];
        stream.ReadExactly(all);
        return all;
    }

    private static HttpResponseMessage Refusal() => Answer(HttpStatusCode.Forbidden);

    private static HttpResponseMessage Answer(HttpStatusCode status) => new(status) { Content = new ByteArrayContent([]) };

    private static int UnusedPort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private sealed class BreakingStream : MemoryStream
    {
        private bool _begun;

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_begun) return ValueTask.FromException<int>(new IOException("The connection was reset."));
            _begun = true;
            return ValueTask.FromResult(Math.Min(buffer.Length, 1000));
        }
    }
}
