using UdaSeg.Api.Tests.Imaging;
using UdaSeg.Domain.Errors;
using UdaSeg.Infrastructure.Imaging.Datasets;
using Xunit;

namespace UdaSeg.Api.Tests.Datasets;

public sealed class DatasetRootsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _first;
    private readonly string _second;

    public DatasetRootsTests()
    {
        (_first, _second) = (_folder.Folder("first"), _folder.Folder("second"));
        _folder.Folder("first/both");
        _folder.Folder("second/both");
        _folder.Folder("second/only/deep");
        _folder.Folder("first-and-more/secret");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Roots_are_tried_in_their_order()
    {
        Assert.Equal((_first, Path.Combine(_first, "both")), Resolve("both"));
        Assert.Equal((_second, Path.Combine(_second, "only/deep")), Resolve("only/deep"));
        Assert.Equal((_first, _first), Resolve("."));
    }

    [Theory]
    [InlineData("..")]
    [InlineData("../second")]
    [InlineData("both/../../second")]
    [InlineData("both\\..\\..")]
    [InlineData("/etc")]
    [InlineData("\\\\server\\share")]
    [InlineData("C:\\data")]
    [InlineData("both\0")]
    public void A_path_that_could_lead_out_is_refused(string path) => Assert.Equal("path-outside-roots", Fault(path).Code);

    [Theory]
    [InlineData("none")]
    [InlineData("both/none")]
    [InlineData("")]
    [InlineData("  ")]
    public void A_missing_folder_is_not_found(string path) => Assert.Equal("dataset-path-not-found", Fault(path).Code);

    [Fact]
    public void A_link_out_of_the_root_is_refused_even_to_a_folder_whose_name_begins_like_the_roots()
    {
        Directory.CreateSymbolicLink(Path.Combine(_first, "out"), Path.Combine(_folder.Root, "first-and-more"));
        Directory.CreateSymbolicLink(Path.Combine(_first, "relative"), "../second");
        foreach (string path in new[] { "out", "out/secret", "relative/only", "relative" })
        {
            RuleViolationException fault = Fault(path);
            Assert.Equal("path-outside-roots", fault.Code);
            Assert.DoesNotContain(_folder.Root, fault.Message);
        }
    }

    [Fact]
    public void A_link_that_stays_inside_is_followed_and_so_is_a_root_that_is_a_link()
    {
        Directory.CreateSymbolicLink(Path.Combine(_first, "alias"), "both");
        Directory.CreateSymbolicLink(Path.Combine(_folder.Root, "root-link"), _first);
        Assert.Equal((_first, Path.Combine(_first, "both")), Resolve("alias"));
        string link = Path.Combine(_folder.Root, "root-link");
        Assert.Equal(new ResolvedFolder(link, Path.Combine(_first, "both")), DatasetRoots.Resolve([link], "both"));
    }

    [Fact]
    public void Links_in_a_circle_are_no_folder()
    {
        Directory.CreateSymbolicLink(Path.Combine(_first, "a"), "b");
        Directory.CreateSymbolicLink(Path.Combine(_first, "b"), "a");
        Assert.Equal("dataset-path-not-found", Fault("a").Code);
        Assert.Throws<IOException>(() => RealPath.Of(Path.Combine(_first, "a")));
    }

    private (string Root, string Path) Resolve(string path) => DatasetRoots.Resolve([_first, _second], path) is var r ? (r.Root, r.FullPath) : default;

    private RuleViolationException Fault(string path)
    {
        RuleViolationException fault = Assert.Throws<RuleViolationException>(() => DatasetRoots.Resolve([_first, _second], path));
        Assert.Equal(RuleKind.Unusable, fault.Kind);
        return fault;
    }
}
