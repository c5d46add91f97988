namespace UdaSeg.Domain.Training.Methods;

/// <summary>The image translator of the alignment scheme <c>gan</c>: CycleGAN (Zhu et al., ICCV 2017) with BDL's perceptual loss (docs/arena.md).</summary>
/// <param name="Iterations">Of each translator, one source and one target crop each.</param>
/// <param name="LearningRate">Of Adam for all its networks: constant in the first half, then linear to zero.</param>
/// <param name="Width">Channels of the first convolution of generators and discriminators; deeper ones have multiples of it.</param>
/// <param name="Blocks">Residual blocks of a generator.</param>
/// <param name="Residual">Generators paint changes onto their input and begin with none; false: they paint anew, as published, and begin with noise.</param>
/// <param name="Crop">What it trains on, rounded down to multiples of four; null: the plan's crop.</param>
/// <param name="CycleWeight">Of the distance of a crop to what comes back when it is translated there and back.</param>
/// <param name="IdentityWeight">Times the cycle weight: of the distance of a crop to its translation into its own domain.</param>
/// <param name="SemanticTranslatedWeight">Of the change in what the stage before says of a crop once it is translated; from the second translator on.</param>
/// <param name="SemanticCycleWeight">The same of a crop that came back.</param>
public sealed record TranslationSettings(
    int Iterations = 20_000,
    double LearningRate = 2e-4,
    int Width = 64,
    int Blocks = 9,
    bool Residual = true,
    PixelSize? Crop = null,
    double CycleWeight = 10,
    double IdentityWeight = 0.5,
    double SemanticTranslatedWeight = 0.1,
    double SemanticCycleWeight = 10)
{
    /// <summary>Generators halve and double their input's sides twice.</summary>
    public const int Stride = 4;

    /// <summary>What a translator of the plan trains on.</summary>
    public PixelSize CropOf(TrainingPlan plan)
    {
        PixelSize crop = Crop ?? plan.Crop;
        return new PixelSize(crop.Width / Stride * Stride, crop.Height / Stride * Stride);
    }
}
