using System.Collections.Concurrent;
using UdaSeg.Api.Tests.Imaging;
using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Labels;
using UdaSeg.Domain.Ports;
using UdaSeg.Infrastructure.Imaging;
using UdaSeg.Infrastructure.Imaging.Datasets;
using Xunit;

namespace UdaSeg.Api.Tests.Datasets;

public sealed class DatasetValidatorTests : IDisposable
{
    private readonly DatasetFolders _folders = new();

    public void Dispose() => _folders.Dispose();

    [Fact]
    public void A_good_source_set_is_ready_and_counted()
    {
        _folders.Put("images/a.png", DatasetFolders.Image(1));
        _folders.Put("images/b.jpg", DatasetFolders.Image(2, format: ImageFormat.Jpeg));
        _folders.Put("labels/a.png", DatasetFolders.Flat(0));
        _folders.Put("labels/b.png", DatasetFolders.Label(0, 0, 0, 0, 1, 1, 1, 255, 9, 9, 8, 2));
        var told = new ConcurrentBag<(int, int)>();
        DatasetValidation result = Validate(_folders.Dataset(), progress: (done, all) => told.Add((done, all)));
        Assert.Empty(result.Report.Errors);
        Assert.Equal(DatasetStatus.Ready, result.Status);
        Assert.Equal((2, 2), (result.Samples, result.Labelled));
        Assert.Equal(Directory.GetFiles(_folders.Root, "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length), result.Bytes);
        Assert.Equal([16, 3, 1], result.Report.ClassPixels);
        Assert.Equal([new UnknownId("9", 2), new UnknownId("8", 1)], result.Report.UnknownIds);
        Assert.Equal([new SizeCount(4, 3, 2)], result.Report.Sizes);
        Assert.Contains("9 (2 pixels), 8 (1 pixels)", Assert.Single(result.Report.Warnings));
        Assert.Equal([(1, 2), (2, 2)], told.Order());
    }

    [Fact]
    public void The_content_hash_follows_names_and_bytes_and_nothing_else()
    {
        _folders.Put("images/a.png", DatasetFolders.Image(1));
        _folders.Put("images/b.png", DatasetFolders.Image(2));
        _folders.Put("labels/a.png", DatasetFolders.Flat(0));
        _folders.Put("labels/b.png", DatasetFolders.Flat(1));
        string? first = Hash();
        Assert.Matches("^[0-9a-f]{64}$", first);
        Assert.Equal(first, Validate(_folders.Dataset() with { Name = "other" }, threads: 4).ContentHash);
        File.SetLastWriteTimeUtc(Path.Combine(_folders.Root, "set/images/a.png"), DateTime.UnixEpoch);
        Directory.Move(Path.Combine(_folders.Root, "set"), Path.Combine(_folders.Root, "moved"));
        Assert.Equal(first, Validate(_folders.Dataset() with { Path = "moved" }).ContentHash);
        Directory.Move(Path.Combine(_folders.Root, "moved"), Path.Combine(_folders.Root, "set"));
        _folders.Put("labels/b.png", DatasetFolders.Flat(2));
        string? label = Hash();
        _folders.Put("labels/b.png", DatasetFolders.Flat(1));
        File.Move(Path.Combine(_folders.Root, "set/images/b.png"), Path.Combine(_folders.Root, "set/images/c.png"));
        string? name = Hash();
        Assert.Equal(3, new[] { first, label, name }.Distinct().Count());
    }

    [Fact]
    public void Faults_of_files_name_the_sample_and_no_path()
    {
        byte[] image = DatasetFolders.Image(1);
        _folders.Put("images/cut.png", image[..^30]);
        _folders.Put("images/text.png", "no image"u8.ToArray());
        _folders.Put("images/size.png", DatasetFolders.Image(2, 5, 3));
        _folders.Put("images/jpeg-label.png", DatasetFolders.Image(3));
        _folders.Put("images/colour-label.png", DatasetFolders.Image(4));
        foreach (string name in new[] { "cut", "text", "size" }) _folders.Put($"labels/{name}.png", DatasetFolders.Flat(0));
        _folders.Put("labels/jpeg-label.jpg", DatasetFolders.Image(9, format: ImageFormat.Jpeg));
        _folders.Put("labels/colour-label.png", DatasetFolders.Image(9));
        DatasetValidation result = Validate(_folders.Dataset());
        Assert.Equal(DatasetStatus.Invalid, result.Status);
        Assert.Equal(5, result.Report.Errors.Count);
        AssertOne(result.Report.Errors, "The image of 'cut'", "cut off");
        AssertOne(result.Report.Errors, "The image of 'text'", "not a PNG, JPEG or WebP");
        AssertOne(result.Report.Errors, "The label of 'size' is 4×3, but its image is 5×3.");
        AssertOne(result.Report.Errors, "The label of 'jpeg-label'", "not a PNG");
        AssertOne(result.Report.Errors, "The label of 'colour-label'", "8-bit colours");
        Assert.All(result.Report.Errors, e => Assert.DoesNotContain(_folders.Temporary.Root, e));
    }

    [Fact]
    public void An_image_above_the_pixel_limit_is_an_error()
    {
        _folders.Put("images/a.png", DatasetFolders.Image(1));
        DatasetValidation result = Validate(_folders.Dataset(DatasetDomain.Target) with { Labels = null }, maxPixels: 11);
        Assert.Contains("12 pixels; 11 are allowed", Assert.Single(result.Report.Errors));
    }

    [Fact]
    public void A_missing_label_is_an_error_in_a_source_set_and_a_warning_in_a_target_set()
    {
        _folders.Put("images/a.png", DatasetFolders.Image(1));
        _folders.Put("images/b.png", DatasetFolders.Image(2));
        _folders.Put("labels/a.png", DatasetFolders.Flat(0));
        _folders.Put("labels/z.png", DatasetFolders.Flat(0));
        DatasetValidation source = Validate(_folders.Dataset()), target = Validate(_folders.Dataset(DatasetDomain.Target));
        Assert.Equal(["The image 'b' has no label."], source.Report.Errors);
        Assert.Equal(["The label 'z' has no image."], source.Report.Warnings);
        Assert.Empty(target.Report.Errors);
        Assert.Equal(["The image 'b' has no label.", "The label 'z' has no image."], target.Report.Warnings);
        Assert.Equal((2, 1), (target.Samples, target.Labelled));
    }

    [Fact]
    public void A_source_set_without_labels_is_refused_and_an_unlabelled_target_is_not()
    {
        _folders.Put("images/a.png", DatasetFolders.Image(1));
        Assert.Equal(["A source data set needs labels."], Validate(_folders.Dataset() with { Labels = null }).Report.Errors);
        DatasetValidation target = Validate(_folders.Dataset(DatasetDomain.Target) with { Labels = null });
        Assert.Equal(DatasetStatus.Ready, target.Status);
        Assert.Empty(target.Report.ClassPixels);
    }

    [Fact]
    public void No_pair_no_image_no_folder_and_no_known_class_are_errors_with_a_reason()
    {
        _folders.Temporary.Folder("root/set/images");
        _folders.Temporary.Folder("root/set/labels");
        Assert.Contains("empty", Assert.Single(Validate(_folders.Dataset()).Report.Errors));
        _folders.Put("images/a.png", DatasetFolders.Image(1));
        _folders.Put("labels/b.png", DatasetFolders.Flat(0));
        Assert.Contains("No label belongs to any image", Assert.Single(Validate(_folders.Dataset(DatasetDomain.Target)).Report.Errors));
        _folders.Put("labels/a.png", DatasetFolders.Flat(77));
        Assert.Contains("check the mapping", Assert.Single(Validate(_folders.Dataset()).Report.Errors));
        DatasetValidation none = Validate(_folders.Dataset() with { Path = "none" });
        Assert.Contains("'none'", Assert.Single(none.Report.Errors));
        Assert.Null(none.ContentHash);
    }

    [Fact]
    public void A_faulty_mapping_is_an_error_with_its_reason()
    {
        _folders.Put("images/a.png", DatasetFolders.Image(1));
        _folders.Put("labels/a.png", DatasetFolders.Flat(0));
        var mapping = new LabelMapping(LabelMappingKind.Index, new Dictionary<string, int> { ["0"] = 3 });
        Assert.Contains("neither a class 0..2 nor 255", Assert.Single(Validate(_folders.Dataset() with { Mapping = mapping }).Report.Errors));
    }

    [Fact]
    public void Twenty_sentences_are_listed_and_the_rest_is_counted()
    {
        for (int i = 0; i < 25; i++) _folders.Put($"images/{i:00}.png", [1, 2, 3]);
        IReadOnlyList<string> errors = Validate(_folders.Dataset(DatasetDomain.Target) with { Labels = null }).Report.Errors;
        Assert.Equal(21, errors.Count);
        Assert.Contains("'19'", errors[19]);
        Assert.Equal("… and 5 more errors.", errors[20]);
    }

    [Fact]
    public void Images_with_the_same_content_are_a_warning()
    {
        foreach (string name in new[] { "a", "b", "c" }) _folders.Put($"images/{name}.png", DatasetFolders.Image((byte)(name == "b" ? 2 : 1)));
        Assert.Equal(["The images 'a', 'c' have the same content."], Validate(_folders.Dataset(DatasetDomain.Target) with { Labels = null }).Report.Warnings);
    }

    [Fact]
    public void The_labels_size_is_compared_with_the_upright_image()
    {
        _folders.Put("images/a.jpg", TinyJpeg.WithOrientation(DatasetFolders.Image(1, width: 3, height: 4, ImageFormat.Jpeg), 6));
        _folders.Put("labels/a.png", DatasetFolders.Flat(0));
        Assert.Empty(Validate(_folders.Dataset()).Report.Errors);
    }

    [Fact]
    public void A_cancelled_validation_stops()
    {
        _folders.Put("images/a.png", DatasetFolders.Image(1));
        Assert.Throws<OperationCanceledException>(() => new DatasetValidator(new SkiaImageCodec())
            .Validate(_folders.Dataset() with { Labels = null }, DatasetFolders.Space, cancellation: new CancellationToken(canceled: true)));
    }

    private static void AssertOne(IReadOnlyList<string> sentences, params string[] parts) => Assert.Single(sentences, s => parts.All(s.Contains));

    private static DatasetValidation Validate(Dataset dataset, long maxPixels = 1000, int threads = 1, Action<int, int>? progress = null) =>
        new DatasetValidator(new SkiaImageCodec(), maxPixels, threads).Validate(dataset, DatasetFolders.Space, progress, TestContext.Current.CancellationToken);

    private string? Hash() => Validate(_folders.Dataset()).ContentHash;
}
