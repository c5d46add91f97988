using System.Text.Json;
using System.Text.Json.Serialization;

namespace UdaSeg.Demo;

/// <summary>What <c>demo-summary.json</c> holds. mIoU is 0..1.</summary>
/// <param name="SourceOnly">Of the model that saw game images only, as they are.</param>
/// <param name="Coarse">Of T0: aligned game images.</param>
/// <param name="Final">Of T_K, measured by an evaluation of its own.</param>
/// <param name="PerStage">Of T0..T_K, measured at each stage's end.</param>
/// <param name="Seconds">From start to summary.</param>
/// <param name="Checkpoint">Id of T_K.</param>
/// <param name="Report">File of the final evaluation's report.</param>
internal sealed record DemoSummary(
    double SourceOnly, double Coarse, double Final, IReadOnlyList<double> PerStage, double Seconds, string Checkpoint, string Report)
{
    public const string FileName = "demo-summary.json";

    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Whether adaptation gained anything, which is what the demo is to show.</summary>
    [JsonIgnore]
    public bool Gained => Final > SourceOnly;

    /// <summary>A reader sees the whole file or none: it is written under another name and renamed.</summary>
    /// <returns>The file's path.</returns>
    public string WriteTo(string folder)
    {
        string path = Path.Combine(folder, FileName);
        string temporary = $"{path}.{Environment.ProcessId}.tmp";
        File.WriteAllText(temporary, JsonSerializer.Serialize(this, Indented) + "\n");
        File.Move(temporary, path, overwrite: true);
        return path;
    }
}
