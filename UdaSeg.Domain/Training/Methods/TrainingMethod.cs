using System.Text.Json.Serialization;

namespace UdaSeg.Domain.Training.Methods;

/// <summary>How a run adapts; all share data, network, optimiser loop, checkpoints, evaluation and reports, so that they can be compared (docs/arena.md).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TrainingMethod>))]
public enum TrainingMethod
{
    /// <summary>The paper's: photometric alignment, then pseudo-labels, centres and consistency.</summary>
    [JsonStringEnumMemberName("coarseToFine")] CoarseToFine,

    /// <summary>The source as it is, and nothing else.</summary>
    [JsonStringEnumMemberName("sourceOnly")] SourceOnly,

    /// <summary>Fourier domain adaptation (Yang and Soatto, CVPR 2020).</summary>
    [JsonStringEnumMemberName("fda")] Fda,

    /// <summary>Category anchors (Zhang et al., NeurIPS 2019).</summary>
    [JsonStringEnumMemberName("cag")] Cag,

    /// <summary>Fine-grained adversarial alignment by class (Wang et al., ECCV 2020); the paper's table calls it FGGAN.</summary>
    [JsonStringEnumMemberName("fada")] Fada,

    /// <summary>Intra-domain adaptation from easy to hard images (Pan et al., CVPR 2020).</summary>
    [JsonStringEnumMemberName("ida")] Ida,

    /// <summary>Stuff and things aligned differently (Wang et al., CVPR 2020).</summary>
    [JsonStringEnumMemberName("dtst")] Dtst,

    /// <summary>Bidirectional learning: translated images, adversarial outputs, self-training (Li, Yuan and Vasconcelos, CVPR 2019).</summary>
    [JsonStringEnumMemberName("bdl")] Bdl,
}
