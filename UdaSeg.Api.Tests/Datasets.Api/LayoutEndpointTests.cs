using System.Net;
using System.Text;
using System.Text.Json;
using UdaSeg.Api.Tests.Imaging;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Infrastructure.Imaging;
using Xunit;

namespace UdaSeg.Api.Tests.Datasets.Api;

/// <summary>The public data sets' layouts through HTTP: files as they are published, written bit by bit, against what the answers say.</summary>
public sealed class LayoutEndpointTests : IDisposable
{
    private const string Url = "/api/v1/datasets";
    private const int Width = 4, Height = 3;

    private readonly ResourceHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Gta5_is_read_by_palette_index_and_samples_of_odd_size_are_left_out()
    {
        int[] ids = [7, 7, 8, 11, 26, 24, 34, 0, 33, 40, 40, 21];
        byte[] palette = new byte[3 * 256]; // all black: only the index tells the classes apart
        Put("gta/images/00001.png", ResourceHost.Png(Width, Height, 1));
        Put("gta/labels/00001.png", SlowPng.Encode(Width, Height, 8, 3, ids, [0, 2, 4], palette));
        Put("gta/images/00002.png", ResourceHost.Png(Width, Height, 2));
        Put("gta/labels/00002.png", SlowPng.Encode(Width + 1, Height, 8, 3, [.. Enumerable.Repeat(7, (Width + 1) * Height)], [1], palette));

        JsonElement set = await Ready("""{"name":"GTA","domain":"source","layout":"gta5","path":"gta"}""");
        await AssertSamples(set, "00001");
        AssertClasses(set, 19, (0, 2), (1, 1), (2, 1), (13, 1), (11, 1), (18, 1), (8, 1));
        AssertUnknown(set, ("40", 2));
        Assert.Contains("'00002' is left out", set.GetProperty("report").GetProperty("warnings").GetRawText().Replace("\\u0027", "'", StringComparison.Ordinal));
        await AssertLabel(set, "00001", [0, 0, 1, 2, 13, 11, 255, 255, 18, 255, 255, 8]);
    }

    [Fact]
    public async Task Synthia_has_its_id_in_red_of_16_bits_and_16_classes()
    {
        int[] ids = [3, 4, 2, 21, 5, 7, 15, 9, 11, 0, 300, 22];
        int[] samples = [.. ids.SelectMany((id, i) => (int[])[id, 1000 + i, 0])]; // green is the instance's number
        Put("syn/RGB/0000001.png", ResourceHost.Png(Width, Height, 1));
        Put("syn/GT/LABELS/0000001.png", SlowPng.Encode(Width, Height, 16, 2, samples, [4, 1, 3]));

        JsonElement set = await Ready("""{"name":"SYNTHIA","domain":"source","layout":"synthia","path":"syn","labelSpace":"synthia16"}""");
        await AssertSamples(set, "0000001");
        AssertClasses(set, 16, (0, 1), (1, 1), (2, 1), (3, 1), (4, 1), (5, 1), (6, 1), (7, 1), (15, 1));
        AssertUnknown(set, ("300", 1));
        await AssertLabel(set, "0000001", [0, 1, 2, 3, 4, 5, 6, 7, 15, 255, 255, 255]);
    }

    [Fact]
    public async Task Cityscapes_is_read_from_label_ids_by_city_and_split()
    {
        int[] ids = [7, 8, 11, 33, 32, 19, 0, 29, 255, 60, 60, 24];
        PutCity("train", "aachen", "aachen_000000_000019", ids);
        PutCity("train", "bochum", "bochum_000000_000885", [.. Enumerable.Repeat(23, 12)]);
        PutCity("val", "lindau", "lindau_000000_000019", ids);
        Put("city/gtFine/train/aachen/aachen_000000_000019_gtFine_color.png", ResourceHost.Png(Width, Height, 9)); // not the labels

        JsonElement set = await Ready("""{"name":"City","domain":"target","layout":"cityscapes","path":"city","split":"train"}""");
        await AssertSamples(set, "aachen/aachen_000000_000019", "bochum/bochum_000000_000885");
        AssertClasses(set, 19, (0, 1), (1, 1), (2, 1), (18, 1), (17, 1), (6, 1), (11, 1), (10, 12));
        AssertUnknown(set, ("60", 2));
        await AssertLabel(set, "aachen/aachen_000000_000019", [0, 1, 2, 18, 17, 6, 255, 255, 255, 255, 255, 11]);
        await AssertSamples(await Ready("""{"name":"Val","domain":"target","layout":"cityscapes","path":"city","split":"val"}"""), "lindau/lindau_000000_000019");
    }

    private void PutCity(string split, string city, string name, int[] ids)
    {
        Put($"city/leftImg8bit/{split}/{city}/{name}_leftImg8bit.png", ResourceHost.Png(Width, Height, name.Length + ids[0]));
        Put($"city/gtFine/{split}/{city}/{name}_gtFine_labelIds.png", SlowPng.Encode(Width, Height, 8, 0, ids, [3, 0, 1]));
    }

    private void Put(string path, byte[] file)
    {
        string full = Path.Combine(_host.Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, file);
    }

    private async Task<JsonElement> Ready(string json)
    {
        HttpResponseMessage created = await _host.SendAsync(HttpMethod.Post, Url, new StringContent(json, Encoding.UTF8, "application/json"));
        string url = $"{Url}/{(await created.JsonAsync(HttpStatusCode.Accepted)).Id()}";
        JsonElement set = await Eventually.GetAsync(
            async () => await (await _host.SendAsync(HttpMethod.Get, url)).JsonAsync(HttpStatusCode.OK), s => s.Text("status") != "validating");
        Assert.True(set.Text("status") == "ready", set.GetRawText());
        return set;
    }

    private async Task AssertSamples(JsonElement set, params string[] names)
    {
        Assert.Equal((names.Length, names.Length), (set.GetProperty("samples").GetInt32(), set.GetProperty("labelled").GetInt32()));
        JsonElement page = await (await _host.SendAsync(HttpMethod.Get, $"{Url}/{set.Id()}/samples")).JsonAsync(HttpStatusCode.OK);
        Assert.Equal(names, page.GetProperty("items").EnumerateArray().Select(s => s.Text("name")));
        Assert.All(page.GetProperty("items").EnumerateArray(), s => Assert.True(s.GetProperty("labelled").GetBoolean()));
    }

    private static void AssertClasses(JsonElement set, int count, params (int Class, long Pixels)[] expected)
    {
        long[] pixels = new long[count];
        foreach ((int index, long n) in expected) pixels[index] = n;
        Assert.Equal(pixels, set.GetProperty("report").GetProperty("classPixels").EnumerateArray().Select(p => p.GetInt64()));
    }

    private static void AssertUnknown(JsonElement set, params (string? Value, long Pixels)[] expected) => Assert.Equal(
        expected,
        set.GetProperty("report").GetProperty("unknownIds").EnumerateArray().Select(u => (u.Text("value"), u.GetProperty("pixels").GetInt64())));

    private async Task AssertLabel(JsonElement set, string name, ushort[] expected)
    {
        LabelFile label = PngLabelCodec.Read(await (await _host.SendAsync(HttpMethod.Get, $"{Url}/{set.Id()}/samples/{name}/label")).BytesAsync());
        Assert.Equal((Width, Height, LabelFileKind.Palette), (label.Width, label.Height, label.Kind));
        Assert.Equal(expected, label.Values);
    }
}
