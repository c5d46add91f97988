using Xunit;

namespace UdaSeg.Api.Tests.Architecture;

/// <summary>A data set's files may lie on another host: there is one way to them, <c>OwnedDatasets.Here</c>.</summary>
public sealed class OwnedFilesTests
{
    // What lists a folder that somebody else has made sure of: the callers of the second and third, and the workspace of an upload.
    private static readonly string[] Given =
    [
        "UdaSeg.Infrastructure/Imaging/Datasets/FolderDatasetReader.cs",
        "UdaSeg.Infrastructure/Imaging/Datasets/DatasetAligner.cs",
        "UdaSeg.Infrastructure/Imaging/Datasets/DatasetValidator.cs",
        "UdaSeg.Api/Datasets/DatasetRegistration.cs",
    ];

    [Fact]
    public void Whoever_lists_a_data_set_s_files_has_them_brought_here()
    {
        string[] lists = ["FolderDatasetReader.", "validator.Validate(", "aligner.Run("];
        (string Path, string Code)[] users =
        [
            .. SourceTree.Files().Where(f => !f.Path.StartsWith("UdaSeg.Api.Tests", StringComparison.Ordinal) && !Given.Contains(f.Path))
                .Select(f => (f.Path, SourceRules.CodeOf(f.Text)))
                .Where(f => lists.Any(call => f.Item2.Contains(call, StringComparison.Ordinal))),
        ];
        Assert.Equal(4, users.Length);
        Assert.All(users, f => Assert.True(f.Code.Contains("owned.Here(", StringComparison.Ordinal), f.Path));
    }
}
