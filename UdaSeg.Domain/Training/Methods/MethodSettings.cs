namespace UdaSeg.Domain.Training.Methods;

/// <summary>Output-space adversarial training, as several methods share it.</summary>
/// <param name="Weight">Of the network's term that fools the discriminator, 0..1.</param>
/// <param name="LearningRate">Of the discriminator's Adam; decays with the network's rate.</param>
public sealed record AdversarialSettings(double Weight = 1e-3, double LearningRate = 1e-4);

/// <summary>FDA (sections 3.1 to 3.4). The first three stages train one model a band, each from the start; later ones train on what their mean says of the target.</summary>
/// <param name="SmallBand">β of the first model: half the share of the spectrum that is swapped, of the shorter side.</param>
/// <param name="MiddleBand">β of the second.</param>
/// <param name="WideBand">β of the third, whose alignment self-training keeps.</param>
/// <param name="EntropyWeight">Of the penalty on undecided target pixels.</param>
/// <param name="Eta">η of the penalty.</param>
/// <param name="Percent">Of each class's pixels that are kept as pseudo-labels.</param>
public sealed record FdaSettings(
    double SmallBand = 0.01, double MiddleBand = 0.05, double WideBand = 0.09, double EntropyWeight = 0.005, double Eta = 2, double Percent = 34);

/// <summary>CAG (section 3).</summary>
/// <param name="AnchorMargin">By how much the nearest anchor must be nearer than the second for a pseudo-label.</param>
/// <param name="MinProbability">Above which the teacher's own class is a pseudo-label.</param>
/// <param name="DistanceWeight">Of the distance of class means to their anchors.</param>
/// <param name="LeastPixels">At stride 4, that a class needs in an image to count in its anchor and in the distance.</param>
public sealed record CagSettings(double AnchorMargin = 2.5, double MinProbability = 0.95, double DistanceWeight = 0.7, int LeastPixels = 10);

/// <summary>FADA (section 3). Stage 0 source, stage 1 adversarial, stage 2 self-distillation.</summary>
/// <param name="Temperature">By which logits are divided before they are soft labels.</param>
/// <param name="Cap">That soft labels are clipped at.</param>
public sealed record FadaSettings(double Temperature = 1.8, double Cap = 0.9);

/// <summary>IDA (sections 3.2 and 3.3). Stage 0 from source to target, stage 1 from easy to hard images.</summary>
/// <param name="EasyShare">λ: of the target images, those with the least entropy.</param>
public sealed record IdaSettings(double EasyShare = 0.67);

/// <summary>DTST (section 3).</summary>
/// <param name="StuffWeight">Of the distance of stuff means to the nearest of the source's.</param>
/// <param name="ThingWeight">Of the distance of instances to the nearest of the source's.</param>
/// <param name="SelfTrainingWeight">Of both in stages 1 and later.</param>
/// <param name="StuffBank">Source features kept a stuff class.</param>
/// <param name="ThingBank">Source features kept a thing class.</param>
/// <param name="Instances">Largest regions of a thing class in an image that count as instances.</param>
public sealed record DtstSettings(
    double StuffWeight = 0.01, double ThingWeight = 0.01, double SelfTrainingWeight = 0.001, int StuffBank = 50, int ThingBank = 500, int Instances = 10);
