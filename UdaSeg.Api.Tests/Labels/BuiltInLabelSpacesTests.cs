using UdaSeg.Domain.Datasets;
using UdaSeg.Domain.Labels;
using Xunit;

namespace UdaSeg.Api.Tests.Labels;

public sealed class BuiltInLabelSpacesTests
{
    // Written out from the data sets' own documentation: id → name.
    private static readonly Dictionary<int, string> s_cityscapes = new()
    {
        [7] = "road", [8] = "sidewalk", [11] = "building", [12] = "wall", [13] = "fence", [17] = "pole", [19] = "traffic light",
        [20] = "traffic sign", [21] = "vegetation", [22] = "terrain", [23] = "sky", [24] = "person", [25] = "rider", [26] = "car",
        [27] = "truck", [28] = "bus", [31] = "train", [32] = "motorcycle", [33] = "bicycle",
    };

    private static readonly Dictionary<int, string> s_synthia = new()
    {
        [1] = "sky", [2] = "building", [3] = "road", [4] = "sidewalk", [5] = "fence", [6] = "vegetation", [7] = "pole", [8] = "car",
        [9] = "traffic sign", [10] = "person", [11] = "bicycle", [12] = "motorcycle", [15] = "traffic light", [17] = "rider",
        [19] = "bus", [21] = "wall",
    };

    [Fact]
    public void Every_mapped_id_goes_to_the_class_of_its_name_and_every_other_one_is_ignored()
    {
        AssertNames(s_cityscapes, BuiltInLabelMappings.CityscapesTo19, BuiltInLabelSpaces.Cityscapes19);
        AssertNames(s_cityscapes, BuiltInLabelMappings.Gta5To19, BuiltInLabelSpaces.Cityscapes19);
        AssertNames(s_cityscapes, BuiltInLabelMappings.CityscapesTo16, BuiltInLabelSpaces.Synthia16);
        AssertNames(s_cityscapes, BuiltInLabelMappings.Gta5To16, BuiltInLabelSpaces.Synthia16);
        AssertNames(s_synthia, BuiltInLabelMappings.SynthiaTo16, BuiltInLabelSpaces.Synthia16);
    }

    [Fact]
    public void The_sixteen_classes_stand_in_synthias_order_and_the_thirteen_leave_out_wall_fence_and_pole()
    {
        LabelSpace space = BuiltInLabelSpaces.Synthia16;
        string[] order =
        [
            "road", "sidewalk", "building", "wall", "fence", "pole", "traffic light", "traffic sign", "vegetation", "sky", "person", "rider", "car", "bus",
            "motorcycle", "bicycle",
        ];
        Assert.Equal(order, space.Classes.Select(c => c.Name));
        Assert.Equal(order.Except(["wall", "fence", "pole"]), space.Subsets["13"].Select(i => space.Classes[i].Name));
        Assert.Equal(13, space.Subsets["13"].Count);
    }

    [Fact]
    public void Colours_are_cityscapes_own_in_both_spaces()
    {
        Assert.Equal([128, 64, 128], BuiltInLabelSpaces.Cityscapes19.Classes[0].Color);
        Assert.Equal([119, 11, 32], BuiltInLabelSpaces.Cityscapes19.Classes[18].Color);
        Assert.Equal([70, 130, 180], BuiltInLabelSpaces.Synthia16.Classes[9].Color);
        foreach (LabelClass c in BuiltInLabelSpaces.Synthia16.Classes) Assert.Equal(BuiltInLabelSpaces.Cityscapes19.Classes.Single(o => o.Name == c.Name).Color, c.Color);
    }

    [Fact]
    public void Spaces_and_mappings_are_found_by_id()
    {
        Assert.Same(BuiltInLabelSpaces.Cityscapes19, BuiltInLabelSpaces.Find("cityscapes19"));
        Assert.Null(BuiltInLabelSpaces.Find("cityscapes"));
        Assert.Same(BuiltInLabelMappings.SynthiaTo16, BuiltInLabelMappings.Find(DatasetLayout.Synthia, "synthia16"));
        Assert.Null(BuiltInLabelMappings.Find(DatasetLayout.Synthia, "cityscapes19"));
        Assert.Null(BuiltInLabelMappings.Find(DatasetLayout.Folder, "cityscapes19"));
    }

    private static void AssertNames(Dictionary<int, string> names, LabelMapping mapping, LabelSpace space)
    {
        foreach ((string id, int index) in mapping.Values!)
        {
            int? expected = names.TryGetValue(int.Parse(id), out string? name) ? space.Classes.SingleOrDefault(c => c.Name == name)?.Index : null;
            Assert.Equal(expected ?? 255, index);
        }

        Assert.Equal(space.Count, mapping.Values.Values.Where(v => v != 255).Distinct().Count());
    }
}
