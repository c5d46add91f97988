using System.Text.Json.Serialization;
using UdaSeg.Domain.SelfTraining;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Torch.Stages;

namespace UdaSeg.Api.TrainingRuns;

/// <summary>How far a stage has come.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StageState>))]
public enum StageState
{
    /// <summary>Neither its preparation nor its model is there; stage 0 has no preparation and stays so until its model is.</summary>
    [JsonStringEnumMemberName("pending")] Pending,

    /// <summary>Its pseudo-labels, thresholds and centres are there.</summary>
    [JsonStringEnumMemberName("prepared")] Prepared,

    /// <summary>Its model is published.</summary>
    [JsonStringEnumMemberName("finished")] Finished,
}

/// <param name="Items">Stages 0..K in order.</param>
public sealed record StageList(IReadOnlyList<StageItem> Items);

/// <summary>A stage in a list.</summary>
/// <param name="Stage">0 coarse, 1..K adaptation.</param>
/// <param name="State">How far it has come.</param>
/// <param name="Iterations">Of this stage.</param>
/// <param name="KeptShare">Of all target pixels, those with a pseudo-label, 0..1; null before the stage is prepared and in stage 0.</param>
/// <param name="Quality">Label-free signals of its model; null before its end, or when the plan switches them off.</param>
/// <param name="Checkpoint">Its model; null until it is published.</param>
/// <param name="Href">Where the whole of it is.</param>
public sealed record StageItem(int Stage, StageState State, int Iterations, double? KeptShare, StageQuality? Quality, RunCheckpoint? Checkpoint, string Href);

/// <summary>
/// What a stage made of its teacher T_{i−1}, and what it ended with. Lists by class have one entry a class of the label space, in its order. Stage 0 has no
/// teacher: everything about pseudo-labels is null there.
/// </summary>
public sealed record StageAnswer
{
    /// <summary>0 coarse, 1..K adaptation.</summary>
    public required int Stage { get; init; }

    public required StageState State { get; init; }

    /// <summary>Names of the classes.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>p of the plan, in percent.</summary>
    public double? Percent { get; init; }

    /// <summary>P_h of the plan.</summary>
    public double? MaxThreshold { get; init; }

    /// <summary>t_c = min(P_h, P_{s,c}) by class.</summary>
    public IReadOnlyList<double>? Thresholds { get; init; }

    /// <summary>Of all target pixels, those with a pseudo-label, 0..1.</summary>
    public double? KeptShare { get; init; }

    /// <summary>Of the pixels predicted as each class, those that are kept, 0..1; 0 for a class without pixels.</summary>
    public IReadOnlyList<double>? KeptShareByClass { get; init; }

    /// <summary>Of all target pixels, by predicted class; sums to 1.</summary>
    public IReadOnlyList<double>? PredictedShareByClass { get; init; }

    /// <summary>Target pixels by predicted class.</summary>
    public IReadOnlyList<long>? PixelsByClass { get; init; }

    /// <summary>C×C Euclidean distances of the category centres, 0..2; null where a class has no centre.</summary>
    public IReadOnlyList<IReadOnlyList<double?>>? CenterDistances { get; init; }

    /// <summary>Source pixels behind each class's centre.</summary>
    public IReadOnlyList<long>? CenterPixels { get; init; }

    /// <summary>By class: target pixels by confidence, in bins of equal width from 0 to 1.</summary>
    public IReadOnlyList<IReadOnlyList<long>>? Histograms { get; init; }

    /// <summary>Only when <c>percent</c> or <c>maxThreshold</c> was given.</summary>
    public StageWhatIf? WhatIf { get; init; }

    /// <summary>Label-free signals of the stage's model; null before its end, or when the plan switches them off.</summary>
    public StageQuality? Quality { get; init; }

    /// <summary>The stage's model; null until it is published.</summary>
    public RunCheckpoint? Checkpoint { get; init; }

    /// <summary>Adds what was prepared.</summary>
    /// <param name="preparation">Of the stage.</param>
    /// <param name="settings">Of the plan.</param>
    /// <param name="query">What the client asks for.</param>
    internal StageAnswer With(StagePreparation preparation, PseudoLabelSettings settings, StageQuery query)
    {
        var histogram = ConfidenceHistogram.FromRecord(preparation.Histogram);
        KeptShare kept = histogram.Kept(preparation.Thresholds);
        double pixels = Math.Max(1, kept.Pixels.Sum());
        return this with
        {
            State = State == StageState.Finished ? State : StageState.Prepared,
            Percent = settings.Percent,
            MaxThreshold = settings.MaxThreshold,
            Thresholds = preparation.Thresholds,
            KeptShare = kept.Total,
            KeptShareByClass = [.. kept.PerClass.Select(share => share ?? 0)],
            PredictedShareByClass = [.. kept.Pixels.Select(count => count / pixels)],
            PixelsByClass = kept.Pixels,
            CenterDistances = preparation.Centers.Distances(),
            CenterPixels = preparation.Centers.Pixels,
            Histograms = [.. Enumerable.Range(0, histogram.Classes).Select(c => histogram.Coarse(c, query.Bins))],
            WhatIf = query.AsksWhatIf ? StageWhatIf.Of(histogram, query.Percent ?? settings.Percent, query.MaxThreshold ?? settings.MaxThreshold) : null,
        };
    }
}

/// <summary>What other settings would have kept, from the stored histograms alone.</summary>
/// <param name="Percent">p, in percent; the plan's where none was given.</param>
/// <param name="MaxThreshold">P_h; the plan's where none was given.</param>
/// <param name="Thresholds">t_c by class.</param>
/// <param name="KeptShare">Of all target pixels, 0..1.</param>
/// <param name="KeptShareByClass">Of the pixels predicted as each class; 0 for a class without pixels.</param>
public sealed record StageWhatIf(double Percent, double MaxThreshold, IReadOnlyList<double> Thresholds, double KeptShare, IReadOnlyList<double> KeptShareByClass)
{
    internal static StageWhatIf Of(ConfidenceHistogram histogram, double percent, double maxThreshold)
    {
        KeptShare kept = histogram.Kept(percent, maxThreshold);
        return new StageWhatIf(percent, maxThreshold, kept.Thresholds, kept.Total, [.. kept.PerClass.Select(share => share ?? 0)]);
    }
}
