using UdaSeg.Infrastructure.Torch.Stages;

namespace UdaSeg.Infrastructure.Torch.Methods;

/// <summary>A way to adapt, as a composition of shared parts. It knows nothing of the service, the database or another method.</summary>
internal interface ITrainingMethod
{
    /// <summary>
    /// Readies a stage: teachers, pseudo-labels, anchors. What an earlier attempt has stored is not made again, and what is made is a function of
    /// the plan's seed, so that a resumed run equals an undisturbed one.
    /// </summary>
    /// <param name="context">The run; its network holds the stage before (at stage 0: the initial weights).</param>
    /// <param name="stage">0..K.</param>
    /// <returns>Disposed at the stage's end.</returns>
    StageObjective Begin(StageContext context, int stage);

    /// <summary>
    /// Which of the run's translators paints a stage's source images under the scheme <c>gan</c>; null: the stage has an alignment of its own. Translator 0 knows no
    /// network; translator t ≥ 1 goes on from t − 1 and heeds what the network of stage t − 1 says, so it needs a stage of at least t.
    /// </summary>
    int? Translator(int stage) => 0;
}
