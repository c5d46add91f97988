using System.Net.Http.Headers;
using System.Text;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Infrastructure.Streams;
using Xunit;

namespace UdaSeg.Api.Tests.Hostile;

/// <summary>Forms that no browser sends, to every request that takes one.</summary>
public sealed class FormAbuseTests : IDisposable
{
    private static readonly string[] s_urls = ["/api/v1/segmentations", "/api/v1/alignments", "/api/v1/datasets", "/api/v1/checkpoints"];

    private readonly ResourceHost _host = new();

    public static TheoryData<string, string, string> Broken => new()
    {
        { "no boundary", "multipart/form-data", "--b\r\n\r\n--b--" },
        { "boundary of 1 kB", $"multipart/form-data; boundary={new string('b', 1024)}", $"--{new string('b', 1024)}--" },
        { "boundary of quotes", "multipart/form-data; boundary=\"\"", "--\r\n\r\n----" },
        { "nothing", "multipart/form-data; boundary=b", "" },
        { "no part begins", "multipart/form-data; boundary=b", new string('x', 100_000) },
        { "not closed", "multipart/form-data; boundary=b", $"--b\r\n{Head("image")}\r\n\r\nabc" },
        { "head not closed", "multipart/form-data; boundary=b", $"--b\r\n{Head("image")}" },
        { "no name", "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data\r\n\r\na\r\n--b--\r\n" },
        { "no head", "multipart/form-data; boundary=b", "--b\r\n\r\na\r\n--b--\r\n" },
        { "head of 1 MB", "multipart/form-data; boundary=b", $"--b\r\n{Head("image")}\r\nX: {new string('x', 1 << 20)}\r\n\r\na\r\n--b--\r\n" },
        { "10,000 lines of head", "multipart/form-data; boundary=b", $"--b\r\n{string.Concat(Enumerable.Range(0, 10_000).Select(i => $"X{i}: 1\r\n"))}\r\na\r\n--b--\r\n" },
        { "10,000 parts", "multipart/form-data; boundary=b", string.Concat(Enumerable.Range(0, 10_000).Select(i => $"--b\r\n{Head($"p{i}")}\r\n\r\na\r\n")) + "--b--\r\n" },
        { "10,000 parts of one name", "multipart/form-data; boundary=b", string.Concat(Enumerable.Repeat($"--b\r\n{Head("image")}\r\n\r\na\r\n", 10_000)) + "--b--\r\n" },
        { "a form in a form", "multipart/form-data; boundary=b", $"--b\r\n{Head("image")}\r\nContent-Type: multipart/form-data; boundary=c\r\n\r\n--c\r\n{Head("image")}\r\n\r\na\r\n--c--\r\n--b--\r\n" },
        { "a path for a file's name", "multipart/form-data; boundary=b", $"--b\r\n{Head("image")}; filename=\"../../../etc/passwd\"\r\n\r\na\r\n--b--\r\n" },
    };

    public void Dispose() => _host.Dispose();

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task Broken_forms_are_refused_and_nothing_of_them_is_kept(string what, string type, string body)
    {
        _host.PublishDefault();
        string[] before = Files();
        foreach (string url in s_urls)
        {
            using HttpResponseMessage answer = await _host.SendAsync(HttpMethod.Post, url, Raw(body, type));
            Assert.True((int)answer.StatusCode is 400 or 413 or 415 or 422, $"{what} to {url}: {(int)answer.StatusCode}");
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        }

        Assert.Equal(before, Files());
    }

    [Fact]
    public async Task A_part_without_end_is_cut_at_the_limit()
    {
        _host.Settings["UdaSeg:Limits:MaxUploadBytes"] = "100000";
        _host.PublishDefault();
        foreach (string url in s_urls[..2])
        {
            string name = url.EndsWith("alignments", StringComparison.Ordinal) ? "source" : "image";
            var endless = new Endless(Encoding.ASCII.GetBytes($"--b\r\n{Head(name)}\r\n\r\n"));
            var content = new StreamContent(endless);
            content.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=b");
            using HttpClient client = _host.Server.CreateClient(); // one that does not keep the body for a second try
            using HttpResponseMessage answer = await client.PostAsync(url, content, TestContext.Current.CancellationToken);
            await answer.ProblemAsync(413, "body-too-large");
            Assert.InRange(endless.Given, 100_000, 10_000_000);
        }
    }

    private static string Head(string name) => $"Content-Disposition: form-data; name=\"{name}\"";

    private static ByteArrayContent Raw(string body, string type)
    {
        var content = new ByteArrayContent(Encoding.Latin1.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        return content;
    }

    // The files of the data root, but for the database, which may grow by its log.
    private string[] Files() => [.. Directory.EnumerateFiles(Path.Combine(_host.Root, "..", "state"), "*", SearchOption.AllDirectories)
        .Where(f => !Path.GetFileName(f).Contains(".db", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>A beginning, and then one letter for ever.</summary>
    private sealed class Endless(byte[] beginning) : ForwardStream
    {
        public long Given { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            for (int i = 0; i < buffer.Length; i++, Given++) buffer[i] = Given < beginning.Length ? beginning[Given] : (byte)'x';
            return buffer.Length;
        }
    }
}
