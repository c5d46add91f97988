namespace UdaSeg.Domain.Labels;

/// <summary>The label spaces of the paper's benchmarks (method, section 9). The 16 classes keep the order of SYNTHIA's table.</summary>
public static class BuiltInLabelSpaces
{
    /// <summary>The 19 Cityscapes train ids.</summary>
    public static LabelSpace Cityscapes19 { get; } = LabelSpace.Create("cityscapes19", "Cityscapes, 19 classes",
    [
        new(0, "road", [128, 64, 128]),
        new(1, "sidewalk", [244, 35, 232]),
        new(2, "building", [70, 70, 70]),
        new(3, "wall", [102, 102, 156]),
        new(4, "fence", [190, 153, 153]),
        new(5, "pole", [153, 153, 153]),
        new(6, "traffic light", [250, 170, 30]),
        new(7, "traffic sign", [220, 220, 0]),
        new(8, "vegetation", [107, 142, 35]),
        new(9, "terrain", [152, 251, 152]),
        new(10, "sky", [70, 130, 180]),
        new(11, "person", [220, 20, 60]),
        new(12, "rider", [255, 0, 0]),
        new(13, "car", [0, 0, 142]),
        new(14, "truck", [0, 0, 70]),
        new(15, "bus", [0, 60, 100]),
        new(16, "train", [0, 80, 100]),
        new(17, "motorcycle", [0, 0, 230]),
        new(18, "bicycle", [119, 11, 32]),
    ]);

    /// <summary>The 16 classes that SYNTHIA shares with Cityscapes; subset <c>13</c> leaves wall, fence and pole out (mIoU*).</summary>
    public static LabelSpace Synthia16 { get; } = CreateSynthia16();

    public static IReadOnlyList<LabelSpace> All { get; } = [Cityscapes19, Synthia16];

    /// <returns>Null when no built-in space has this id.</returns>
    public static LabelSpace? Find(string id) => All.FirstOrDefault(s => s.Id == id);

    private static LabelSpace CreateSynthia16()
    {
        string[] missing = ["terrain", "truck", "train"];
        string[] hard = ["wall", "fence", "pole"];
        LabelClass[] classes = [.. Cityscapes19.Classes.Where(c => !missing.Contains(c.Name)).Select((c, i) => c with { Index = i })];
        int[] thirteen = [.. classes.Where(c => !hard.Contains(c.Name)).Select(c => c.Index)];
        return LabelSpace.Create("synthia16", "SYNTHIA and Cityscapes, 16 classes", classes, new Dictionary<string, IReadOnlyList<int>> { ["13"] = thirteen });
    }
}
