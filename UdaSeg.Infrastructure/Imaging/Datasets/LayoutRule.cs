using UdaSeg.Domain.Datasets;

namespace UdaSeg.Infrastructure.Imaging.Datasets;

/// <summary>How a layout names its files (method, section 9): a sample's image and label have the same sub-folder and stem once these endings are taken off.</summary>
/// <param name="Images">The folder of images, below the data set's.</param>
/// <param name="ImageEnding">What an image's stem ends with; other files are no samples.</param>
/// <param name="Labels">The folder of labels; null when the set is unlabelled.</param>
/// <param name="LabelEnding">What a label's stem ends with.</param>
/// <param name="SkipOddSizes">Leaves out samples whose label differs in size from its image, instead of refusing the set.</param>
internal sealed record LayoutRule(string Images, string ImageEnding, string? Labels, string LabelEnding, bool SkipOddSizes = false)
{
    public static LayoutRule For(Dataset dataset)
    {
        LayoutRule rule = dataset.Layout switch
        {
            DatasetLayout.Cityscapes => new("leftImg8bit", "_leftImg8bit", "gtFine", "_gtFine_labelIds"),
            DatasetLayout.Gta5 => new("images", "", "labels", "", SkipOddSizes: true),
            DatasetLayout.Synthia => new("RGB", "", "GT/LABELS", ""),
            _ => new(dataset.Images, "", dataset.Labels, ""),
        };
        if (dataset.Labels is null) rule = rule with { Labels = null };
        if (dataset.Split is null) return rule;
        return rule with { Images = $"{rule.Images}/{dataset.Split}", Labels = rule.Labels is null ? null : $"{rule.Labels}/{dataset.Split}" };
    }
}
