using System.Text.Json;
using System.Text.Json.Serialization;
using UdaSeg.Api.OpenApi;
using UdaSeg.Domain.Datasets;

namespace UdaSeg.Api.Datasets;

/// <summary>A folder on the server to register as a data set.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CreateDataset
{
    /// <summary>1 to 100 characters.</summary>
    public required string Name { get; init; }

    /// <summary>source (labelled) or target.</summary>
    [OneOf(typeof(DatasetDomain))]
    public required string Domain { get; init; }

    /// <summary>How images and labels are arranged; folder without it.</summary>
    [OneOf(typeof(DatasetLayout), Default = "folder")]
    public string? Layout { get; init; }

    /// <summary>Relative; tried against the server's allow-listed folders in their order.</summary>
    public required string Path { get; init; }

    /// <summary>A sub-folder of images and labels, such as train.</summary>
    public string? Split { get; init; }

    /// <summary>A label space's id; cityscapes19 without it.</summary>
    public string? LabelSpace { get; init; }

    /// <summary>For the layout folder: the sub-folder of images; images without it.</summary>
    public string? Images { get; init; }

    /// <summary>The sub-folder of labels; labels without it; null: the data set is unlabelled.</summary>
    public JsonElement Labels { get; init; }

    public CreateMapping? Mapping { get; init; }
}

/// <summary>From the values of label files to class indices; the layout's own without it.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CreateMapping
{
    /// <summary>What of a label's pixel is looked up; index without it.</summary>
    [OneOf(typeof(Domain.Labels.LabelMappingKind), Default = "index")]
    public string? Kind { get; init; }

    /// <summary>File value (for rgb: "r,g,b") to class index; 255 is ignored. Without it, a value is the class's index.</summary>
    public IReadOnlyDictionary<string, int>? Values { get; init; }
}
