using System.Net;
using System.Text.Json;
using UdaSeg.Api.Tests.Datasets;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Domain.Errors;
using UdaSeg.Infrastructure.Imaging;
using Xunit;

namespace UdaSeg.Api.Tests.Hostile;

/// <summary>The corpus as images of data sets, from folders and from archives, and as labels.</summary>
public sealed class DatasetCorpusTests : IDisposable
{
    private const string Url = "/api/v1/datasets";

    // A report lists no more than twenty faults.
    private const int SetSize = 20;

    private readonly ResourceHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Validation_of_a_folder_names_every_bad_image_and_no_other()
    {
        int set = 0;
        foreach (HostileFile[] files in HostileImages.All.Chunk(SetSize))
        {
            string folder = Directory.CreateDirectory(Path.Combine(_host.Root, $"set{++set}", "images")).FullName;
            foreach (HostileFile file in files) await File.WriteAllBytesAsync(Path.Combine(folder, file.Name + ".png"), file.Bytes, TestContext.Current.CancellationToken);
            using var body = new StringContent($$"""{"name":"Set","domain":"target","path":"set{{set}}"}""", null, "application/json");
            await CheckAsync(await _host.SendAsync(HttpMethod.Post, Url, body), files);
        }
    }

    [Fact]
    public async Task Validation_of_an_archive_names_every_bad_image_and_no_other()
    {
        foreach (HostileFile[] files in HostileImages.All.Chunk(SetSize))
        {
            byte[] zip = HandmadeZip.Of([.. files.Select(f => new ZipPart($"images/{f.Name}.png", f.Bytes))]);
            HttpContent form = ResourceHost.Form(("manifest", """{"name":"Set","domain":"target"}"""), ("archive", zip));
            await CheckAsync(await _host.SendAsync(HttpMethod.Post, Url, form), files);
        }
    }

    [Fact]
    public void Labels_are_read_in_full_or_refused()
    {
        List<string> wrong = [];
        foreach (HostileFile file in HostileImages.All)
        {
            string found = ReadLabel(file.Bytes);
            bool isPng = file.Name.StartsWith("png-", StringComparison.Ordinal);
            bool fits = isPng && file.Code is null ? found == $"{file.Width}x{file.Height}" || s_strict.Contains(file.Name) : found is "undecodable-label" or "image-too-large";
            if (!fits) wrong.Add($"{file.Name}: {found}");
        }

        Assert.Empty(wrong);
        Assert.All(s_strict, name => Assert.Equal("undecodable-label", ReadLabel(HostileImages.All.Single(f => f.Name == name).Bytes)));
    }

    // Labels are measured against, so their reader is stricter: it wants the end, and no interlacing.
    private static readonly string[] s_strict = ["png-without-its-sums", "png-without-its-end", "png-interlaced"];

    private async Task CheckAsync(HttpResponseMessage created, HostileFile[] files)
    {
        JsonElement body = await created.JsonAsync();
        Assert.True(created.StatusCode == HttpStatusCode.Accepted, body.GetRawText());
        JsonElement found = await _host.ValidatedAsync(body);
        string[] errors = [.. found.GetProperty("report").GetProperty("errors").EnumerateArray().Select(e => e.GetString()!)];
        string[] named = [.. errors.Select(e => e.Split('\'')[1]).Order(StringComparer.Ordinal)];
        Assert.Equal(files.Where(f => f.Code is not null).Select(f => f.Name).Order(StringComparer.Ordinal), named);
        Assert.DoesNotContain(Path.GetDirectoryName(_host.Root)!, found.GetRawText(), StringComparison.Ordinal);
    }

    private static string ReadLabel(byte[] file)
    {
        try
        {
            LabelFile label = PngLabelCodec.Read(file, 50_000_000, 16_384);
            return $"{label.Width}x{label.Height}";
        }
        catch (RuleViolationException refused)
        {
            return refused.Code;
        }
    }
}
