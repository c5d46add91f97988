using UdaSeg.Api.Tests.Imaging;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Images;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Imaging;

namespace UdaSeg.Api.Tests.Datasets;

/// <summary>Small data sets on disk.</summary>
internal sealed class DatasetFolders : IDisposable
{
    public static LabelSpace Space { get; } = LabelSpace.Create("three", "Three", [new(0, "a", [1, 2, 3]), new(1, "b", [4, 5, 6]), new(2, "c", [7, 8, 9])]);

    public TemporaryFolder Temporary { get; } = new();

    public string Root => Temporary.Folder("root");

    public static byte[] Image(byte seed, int width = 4, int height = 3, ImageFormat format = ImageFormat.Png) =>
        new SkiaImageCodec().Encode(new RgbImage(width, height, [.. Enumerable.Repeat(seed, width * height * 3)]), format);

    public static byte[] Label(params byte[] labels) => PngLabelCodec.WriteGrey(new LabelMap(4, labels.Length / 4, labels));

    public static byte[] Flat(byte value) => Label([.. Enumerable.Repeat(value, 12)]);

    public void Put(string name, byte[] content) => Temporary.Write(Path.Combine("root", "set", name), content);

    public Dataset Dataset(DatasetDomain domain = DatasetDomain.Source) => new()
    {
        Id = Guid.Empty,
        Name = "set",
        Domain = domain,
        Layout = DatasetLayout.Folder,
        Path = "set",
        Root = Root,
        LabelSpace = "three",
        CreatedAt = DateTimeOffset.UnixEpoch,
    };

    public void Dispose() => Temporary.Dispose();
}
