using System.Globalization;
using UdaSeg.Domain.Datasets;

namespace UdaSeg.Domain.Labels;

/// <summary>
/// From the label values of the public data sets to the built-in spaces (method, section 9). Ids that a data set defines but no class of
/// the space has are listed as 255, so that a report's unknown ids are truly unknown ones.
/// </summary>
public static class BuiltInLabelMappings
{
    private static readonly (int Id, int Class)[] s_cityscapes19 =
    [
        (7, 0), (8, 1), (11, 2), (12, 3), (13, 4), (17, 5), (19, 6), (20, 7), (21, 8), (22, 9),
        (23, 10), (24, 11), (25, 12), (26, 13), (27, 14), (28, 15), (31, 16), (32, 17), (33, 18),
    ];

    private static readonly (int Id, int Class)[] s_cityscapes16 =
    [
        (7, 0), (8, 1), (11, 2), (12, 3), (13, 4), (17, 5), (19, 6), (20, 7), (21, 8),
        (23, 9), (24, 10), (25, 11), (26, 12), (28, 13), (32, 14), (33, 15),
    ];

    private static readonly (int Id, int Class)[] s_synthia16 =
    [
        (3, 0), (4, 1), (2, 2), (21, 3), (5, 4), (7, 5), (15, 6), (9, 7), (6, 8),
        (1, 9), (10, 10), (17, 11), (8, 12), (19, 13), (12, 14), (11, 15),
    ];

    /// <summary>Cityscapes <c>labelIds</c> (grey 0..33; the licence plate's −1 is stored as 255) to <c>cityscapes19</c>.</summary>
    public static LabelMapping CityscapesTo19 { get; } = Create(LabelMappingKind.Index, s_cityscapes19, lastId: 33, plus: 255);

    /// <summary>Cityscapes <c>labelIds</c> to <c>synthia16</c>.</summary>
    public static LabelMapping CityscapesTo16 { get; } = Create(LabelMappingKind.Index, s_cityscapes16, lastId: 33, plus: 255);

    /// <summary>GTA5's palette index (Cityscapes' ids and 34) to <c>cityscapes19</c>; its colours repeat and are never looked at.</summary>
    public static LabelMapping Gta5To19 { get; } = Create(LabelMappingKind.Palette, s_cityscapes19, lastId: 34);

    /// <summary>GTA5's palette index to <c>synthia16</c>.</summary>
    public static LabelMapping Gta5To16 { get; } = Create(LabelMappingKind.Palette, s_cityscapes16, lastId: 34);

    /// <summary>SYNTHIA-RAND-CITYSCAPES (16-bit, the id in the first channel, 0..22) to <c>synthia16</c>.</summary>
    public static LabelMapping SynthiaTo16 { get; } = Create(LabelMappingKind.Channel16, s_synthia16, lastId: 22);

    /// <returns>The mapping of a public layout to a built-in space; null when the client must send one (or means the identity).</returns>
    public static LabelMapping? Find(DatasetLayout layout, string labelSpaceId) => (layout, labelSpaceId) switch
    {
        (DatasetLayout.Cityscapes, "cityscapes19") => CityscapesTo19,
        (DatasetLayout.Cityscapes, "synthia16") => CityscapesTo16,
        (DatasetLayout.Gta5, "cityscapes19") => Gta5To19,
        (DatasetLayout.Gta5, "synthia16") => Gta5To16,
        (DatasetLayout.Synthia, "synthia16") => SynthiaTo16,
        _ => null,
    };

    private static LabelMapping Create(LabelMappingKind kind, (int Id, int Class)[] classes, int lastId, params int[] plus)
    {
        Dictionary<string, int> values = Enumerable.Range(0, lastId + 1).Concat(plus).ToDictionary(Key, _ => 255);
        foreach ((int id, int index) in classes) values[Key(id)] = index;
        return new LabelMapping(kind, values);
    }

    private static string Key(int id) => id.ToString(CultureInfo.InvariantCulture);
}
