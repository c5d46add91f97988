using UdaSeg.Domain.Images;

namespace UdaSeg.Infrastructure.Torch.Data;

/// <summary>How many pixels of each class each labelled image has.</summary>
internal sealed class ClassCounts
{
    private readonly long[][] _byImage;

    private ClassCounts(long[][] byImage) => _byImage = byImage;

    /// <summary>Looks at every label once.</summary>
    /// <param name="samples">Labelled.</param>
    /// <param name="classes">C.</param>
    /// <param name="progress">Called before each image with its place and the number of all.</param>
    public static ClassCounts Of(ISamples samples, int classes, Action<int, int> progress)
    {
        var byImage = new long[samples.Count][];
        for (int i = 0; i < byImage.Length; i++)
        {
            progress(i, byImage.Length);
            byImage[i] = new long[classes];
            foreach (byte label in samples.Labels(i).Labels)
            {
                if (label != LabelMap.Ignore) byImage[i][label]++;
            }
        }

        return new ClassCounts(byImage);
    }

    public int Classes => _byImage.Length == 0 ? 0 : _byImage[0].Length;

    public long Pixels(int image, int label) => _byImage[image][label];

    /// <summary>0..1 of all labelled pixels.</summary>
    public double Share(int label) => _byImage.Sum(image => image[label]) / (double)Math.Max(1, _byImage.Sum(image => image.Sum()));
}
