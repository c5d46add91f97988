using System.Net;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Client;
using Xunit;

namespace UdaSeg.Api.Tests.Clients;

/// <summary>The C# client as its users use it, against the whole server.</summary>
public sealed class CSharpClientTests : IDisposable
{
    private const int Width = 12, Height = 8;
    private readonly ResourceHost _host = new();
    private readonly UdaSegClient _api;

    public CSharpClientTests() => _api = new UdaSegClient(_host.CreateClient());

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Presets_are_typed_plans()
    {
        TrainingPresetsAnswer answer = await _api.ListTrainingPresetsAsync();
        Assert.Equal("paper", answer.Default);
        Assert.Equal(["paper", "small", "tiny"], answer.Presets.Keys.Order());
        Assert.Equal(AlignmentScheme.Hybrid, answer.Presets["paper"].Alignment.Scheme);
        Assert.Equal(Backbone.Resnet101, answer.Presets["paper"].Network.Backbone);
    }

    [Fact]
    public async Task A_data_set_is_registered_and_waited_for()
    {
        DatasetAnswer set = await RegisterAsync("set");
        Assert.Equal(DatasetStatus.Validating, set.Status);
        set = await _api.WaitForDatasetAsync(set.Id.ToString());
        Assert.Equal((DatasetStatus.Ready, 3, 0), (set.Status, set.Samples, set.Labelled)); // labels were null, which is not the same as left out
        Assert.Null(set.DerivedFrom);
        Assert.Equal(["a", "b", "c"], await _api.AllSamplesAsync(set.Id.ToString()).Select(s => s.Name).ToListAsync());
    }

    [Fact]
    public async Task Two_images_are_aligned_and_described_or_shown_as_is_asked()
    {
        AlignmentAnswer answer = await _api.AlignImageAsync(AlignmentScheme.LabGamma, beta: 0.5, source: File(1), reference: File(2));
        Assert.Equal((AlignmentScheme.LabGamma, 0.5), (answer.Scheme, answer.Beta));
        Assert.Null(answer.ReferenceSample);

        using FileResponse image = await _api.AlignImageFileAsync(AlignImageAccept.Image_png, AlignmentScheme.LabGamma, 0.5, source: File(1), reference: File(2));
        using MemoryStream png = new();
        await image.Stream.CopyToAsync(png);
        Assert.Equal(answer.Image.Data, png.ToArray());
        Assert.Equal(answer.Gamma.ToString("R", System.Globalization.CultureInfo.InvariantCulture), Assert.Single(image.Headers["X-Gamma"]));
    }

    [Fact]
    public async Task What_is_segmented_can_be_had_in_every_form()
    {
        _host.PublishDefault();
        SegmentationAnswer answer = await _api.SegmentImageAsync(include: [SegmentImageInclude.Confidence, SegmentImageInclude.Rle], image: File(1));
        Assert.Equal((Width, Height), (answer.Width, answer.Height));
        Assert.NotNull(answer.ConfidenceMask);
        Assert.NotNull(answer.Segments);

        using FileResponse mask = await _api.SegmentImageFileAsync(SegmentImageAccept.Image_png, image: File(1));
        using MemoryStream png = new();
        await mask.Stream.CopyToAsync(png);
        Assert.Equal(answer.SegmentationMask, png.ToArray());
    }

    [Fact]
    public async Task A_refusal_is_a_problem_with_its_code()
    {
        UdaSegException<Problem> refused = await Assert.ThrowsAsync<UdaSegException<Problem>>(() => _api.GetCheckpointAsync(Guid.CreateVersion7()));
        Assert.Equal((404, "checkpoint-not-found"), (refused.StatusCode, refused.Code));
        Assert.Contains("checkpoint-not-found", refused.Message);
        refused = await Assert.ThrowsAsync<UdaSegException<Problem>>(() => _api.AlignImageAsync(beta: -1, source: File(1), reference: File(2)));
        Assert.Equal(422, refused.Problem?.Status);
        Assert.NotEmpty(refused.Problem!.Errors!);
    }

    [Fact]
    public async Task A_list_comes_page_by_page_or_as_one_sequence()
    {
        for (int i = 0; i < 3; i++) await RegisterAsync($"set {i}");
        DatasetAnswerPage first = await _api.ListDatasetsAsync(limit: 2);
        DatasetAnswerPage second = await _api.ListDatasetsAsync(limit: 2, first.NextCursor);
        Assert.Null(second.NextCursor);
        Assert.Equal(["set 2", "set 1", "set 0"], first.Items.Concat(second.Items).Select(s => s.Name));
        Assert.Equal(["set 2", "set 1", "set 0"], await _api.AllDatasetsAsync().Select(s => s.Name).ToListAsync());
    }

    [Fact]
    public async Task A_long_list_is_fetched_until_its_end()
    {
        for (int i = 0; i < 201; i++) Write($"long/images/{i:D3}.png", ResourceHost.Png(2, 2));
        DatasetAnswer set = await _api.CreateDatasetAsync(new() { Name = "long", Domain = DatasetDomain.Target, Path = "long", Labels = null });
        await _api.WaitForDatasetAsync(set.Id.ToString());
        Assert.Equal(Enumerable.Range(0, 201).Select(i => $"{i:D3}"), await _api.AllSamplesAsync(set.Id.ToString()).Select(s => s.Name).ToListAsync());
    }

    [Fact]
    public async Task A_connection_sends_its_key_and_keeps_the_path_before_the_interface()
    {
        using HttpListener server = Listen(out string address);
        Task<HealthAnswer> asked = UdaSegClient.Connect(address + "behind/a/proxy", "the key").GetLiveAsync();
        HttpListenerContext seen = await server.GetContextAsync();
        Assert.Equal(("/behind/a/proxy/health/live", "the key"), (seen.Request.RawUrl, seen.Request.Headers["X-Api-Key"]));
        seen.Response.Close("""{"status":"live","checks":[]}"""u8.ToArray(), willBlock: false);
        Assert.Equal("live", (await asked).Status);
    }

    [Fact]
    public async Task The_readme_s_example_works()
    {
        _host.PublishDefault();
        Write("real/images/photo.png", ResourceHost.Png(Width, Height));
        using TempFolder folder = new();
        using StringWriter console = new();
        await ReadmeExample.RunAsync(_api, folder.Path, console);

        Assert.Equal((Width, Height), SizeOf(await System.IO.File.ReadAllBytesAsync(folder.Sub("photo.png"))));
        Assert.Contains("checkpoint", console.ToString());
        Assert.Equal(ReadmeExample.Body(), Readme.Block("csharp").SkipWhile(l => l.Length > 0).Skip(1));
    }

    private static (int Width, int Height) SizeOf(byte[] png)
    {
        using SkiaSharp.SKBitmap bitmap = SkiaSharp.SKBitmap.Decode(png);
        return (bitmap.Width, bitmap.Height);
    }

    private static FileParameter File(int seed) => new(new MemoryStream(ResourceHost.Png(Width, Height, seed)), "image.png", "image/png");

    private static HttpListener Listen(out string address)
    {
        using System.Net.Sockets.TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
        probe.Stop();
        HttpListener listener = new() { Prefixes = { address } };
        listener.Start();
        return listener;
    }

    private Task<DatasetAnswer> RegisterAsync(string name)
    {
        foreach (string sample in new[] { "a", "b", "c" }) Write($"set/images/{sample}.png", ResourceHost.Png(Width, Height));
        return _api.CreateDatasetAsync(new CreateDataset { Name = name, Domain = DatasetDomain.Target, Path = "set", Labels = null });
    }

    private void Write(string path, byte[] content)
    {
        string file = Path.Combine(_host.Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        System.IO.File.WriteAllBytes(file, content);
    }
}
