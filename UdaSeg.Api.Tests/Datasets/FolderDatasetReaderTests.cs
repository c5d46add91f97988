using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Errors;
using UdaSeg.Infrastructure.Imaging.Datasets;
using Xunit;

namespace UdaSeg.Api.Tests.Datasets;

public sealed class FolderDatasetReaderTests : IDisposable
{
    private static readonly byte[] s_any = [1];

    private readonly DatasetFolders _folders = new();

    public void Dispose() => _folders.Dispose();

    [Fact]
    public void Images_and_labels_are_paired_by_sub_folder_and_stem_in_ordinal_order()
    {
        Put("images/b.JPG", "images/a.png", "images/B.webp", "images/town/a.jpeg", "images/notes.txt", "images/.hidden.png");
        Put("labels/a.png", "labels/town/a.png", "labels/b.png", "labels/orphan.png");
        DatasetListing listing = FolderDatasetReader.List(_folders.Dataset());
        Assert.Equal(["B", "a", "b", "town/a"], listing.Samples.Select(s => s.Name));
        Assert.Equal([null, "labels/a.png", "labels/b.png", "labels/town/a.png"], listing.Samples.Select(s => Relative(s.LabelPath)));
        Assert.Equal(["images/B.webp", "images/a.png", "images/b.JPG", "images/town/a.jpeg"], listing.Samples.Select(s => Relative(s.ImagePath)));
        Assert.Equal(["orphan"], listing.OrphanLabels);
        Assert.Empty(listing.Doubled);
    }

    [Fact]
    public void A_stem_that_two_files_have_is_reported()
    {
        Put("images/a.png", "images/a.jpg", "labels/a.png");
        DatasetListing listing = FolderDatasetReader.List(_folders.Dataset());
        Assert.Equal(["image 'a'"], listing.Doubled);
        Assert.Single(listing.Samples);
    }

    [Fact]
    public void An_unlabelled_set_needs_no_labels_folder_and_its_images_may_lie_in_the_set_itself()
    {
        Put("a.png", "deep/b.png");
        IReadOnlyList<SampleRef> samples = FolderDatasetReader.Samples(_folders.Dataset() with { Images = ".", Labels = null });
        Assert.Equal(["a", "deep/b"], samples.Select(s => s.Name));
        Assert.All(samples, s => Assert.Null(s.LabelPath));
    }

    [Fact]
    public void Labels_inside_the_images_folder_are_no_images()
    {
        Put("a.png", "labels/a.png");
        DatasetListing listing = FolderDatasetReader.List(_folders.Dataset() with { Images = "." });
        Assert.Equal("labels/a.png", Relative(Assert.Single(listing.Samples).LabelPath));
    }

    [Fact]
    public void A_missing_sub_folder_is_not_found_and_one_that_leads_out_is_refused()
    {
        Put("images/a.png");
        _folders.Temporary.Folder("outside");
        Assert.Equal("dataset-path-not-found", Fault(_folders.Dataset()));
        Assert.Equal("path-outside-roots", Fault(_folders.Dataset() with { Labels = "../../outside" }));
        Assert.Equal("path-outside-roots", Fault(_folders.Dataset() with { Images = "/etc" }));
        Assert.Equal("dataset-path-not-found", Fault(_folders.Dataset() with { Path = "none" }));
        Assert.Equal("path-outside-roots", Fault(_folders.Dataset() with { Labels = null, Split = ".." }));
        Assert.Equal("dataset-folders-equal", Fault(_folders.Dataset() with { Labels = "images" }));
    }

    [Fact]
    public void A_link_is_followed_inside_the_root_and_refused_when_it_leads_out()
    {
        Put("images/a.png", "elsewhere/b.png", "labels/a.png");
        string images = Path.Combine(_folders.Root, "set", "images");
        File.CreateSymbolicLink(Path.Combine(images, "linked.png"), "../elsewhere/b.png");
        Directory.CreateSymbolicLink(Path.Combine(images, "circle"), ".");
        Assert.Equal(["a", "linked"], FolderDatasetReader.Samples(_folders.Dataset()).Select(s => s.Name));
        string secret = _folders.Temporary.Write("secret.png", s_any);
        File.CreateSymbolicLink(Path.Combine(images, "secret.png"), secret);
        Assert.Equal("path-outside-roots", Fault(_folders.Dataset()));
    }

    [Fact]
    public void A_split_is_a_sub_folder_of_images_and_labels()
    {
        Put("images/train/a.png", "images/val/b.png", "labels/train/a.png", "labels/val/b.png");
        SampleRef sample = Assert.Single(FolderDatasetReader.Samples(_folders.Dataset() with { Split = "val" }));
        Assert.Equal(("b", "labels/val/b.png"), (sample.Name, Relative(sample.LabelPath)));
    }

    [Fact]
    public void Cityscapes_pairs_by_city_and_frame_and_takes_the_label_ids_only()
    {
        Put("leftImg8bit/train/bonn/bonn_0_leftImg8bit.png", "leftImg8bit/val/ulm/ulm_0_leftImg8bit.png");
        Put("gtFine/train/bonn/bonn_0_gtFine_labelIds.png", "gtFine/train/bonn/bonn_0_gtFine_color.png", "gtFine/val/ulm/ulm_0_gtFine_labelIds.png");
        DatasetListing listing = FolderDatasetReader.List(_folders.Dataset() with { Layout = DatasetLayout.Cityscapes, Split = "train" });
        SampleRef sample = Assert.Single(listing.Samples);
        Assert.Equal(("bonn/bonn_0", "gtFine/train/bonn/bonn_0_gtFine_labelIds.png"), (sample.Name, Relative(sample.LabelPath)));
        Assert.Empty(listing.OrphanLabels);
        Assert.Equal(2, FolderDatasetReader.Samples(_folders.Dataset() with { Layout = DatasetLayout.Cityscapes }).Count);
    }

    [Fact]
    public void Synthia_pairs_its_own_folders()
    {
        Put("RGB/0000000.png", "GT/LABELS/0000000.png", "GT/COLOR/0000000.png");
        SampleRef sample = Assert.Single(FolderDatasetReader.Samples(_folders.Dataset() with { Layout = DatasetLayout.Synthia }));
        Assert.Equal("GT/LABELS/0000000.png", Relative(sample.LabelPath));
    }

    [Fact]
    public void Gta5_leaves_out_samples_whose_sizes_differ()
    {
        _folders.Put("images/1.png", DatasetFolders.Image(1));
        _folders.Put("labels/1.png", DatasetFolders.Flat(0));
        _folders.Put("images/2.png", DatasetFolders.Image(2, 5, 3));
        _folders.Put("labels/2.png", DatasetFolders.Flat(0));
        DatasetListing listing = FolderDatasetReader.List(_folders.Dataset() with { Layout = DatasetLayout.Gta5 });
        Assert.Equal(["1"], listing.Samples.Select(s => s.Name));
        Assert.Equal(["2"], listing.OddSizes);
    }

    private void Put(params string[] names)
    {
        foreach (string name in names) _folders.Put(name, s_any);
    }

    private string? Relative(string? path) => path is null ? null : Path.GetRelativePath(Path.Combine(_folders.Root, "set"), path);

    private static string Fault(Dataset dataset) => Assert.Throws<RuleViolationException>(() => FolderDatasetReader.List(dataset)).Code;
}
