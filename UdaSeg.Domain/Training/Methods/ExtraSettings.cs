namespace UdaSeg.Domain.Training.Methods;

/// <summary>
/// An exponential moving average of the network as teacher (Tarvainen and Valpola, NeurIPS 2017): in stages with pseudo-labels it labels each target crop anew, by the
/// thresholds of the stage, in place of the stored labels.
/// </summary>
/// <param name="Ema">Off: the stored labels of the model before.</param>
/// <param name="Decay">Of the average each iteration, 0 to below 1; at iteration i at most 1 − 1/(i + 1), so that it does not cling to how the stage began.</param>
public sealed record TeacherSettings(bool Ema = false, double Decay = 0.999);

/// <summary>
/// Class mixing between domains (Tranheden et al., WACV 2021): some classes of a source crop, pixels and labels, are laid over a target crop in stages with
/// pseudo-labels.
/// </summary>
/// <param name="Enabled">Off: target crops stay as they are.</param>
/// <param name="Share">Of the crop's classes that are taken, above 0, at most 1; rounded up.</param>
public sealed record ClassMixSettings(bool Enabled = false, double Share = 0.5);

/// <summary>
/// Rare-class sampling of source images (Hoyer, Dai and Van Gool, CVPR 2022): first a class is drawn, with probability proportional to exp((1 − f) / T) of its share f
/// of all labelled pixels, then an image that shows it.
/// </summary>
/// <param name="Enabled">Off: every image is as likely as another.</param>
/// <param name="Temperature">T, above 0: the smaller, the more often rare classes are drawn.</param>
/// <param name="MinPixels">An image shows a class that has so many pixels in it.</param>
public sealed record RareClassSettings(bool Enabled = false, double Temperature = 0.01, int MinPixels = 500);
