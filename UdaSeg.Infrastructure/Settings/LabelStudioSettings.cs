using System.Text;

namespace UdaSeg.Infrastructure.Settings;

/// <summary>The face that Label Studio asks for predictions.</summary>
public sealed record LabelStudioSettings
{
    /// <summary>
    /// The origin of the Label Studio whose tasks' images may be fetched, such as <c>http://label-studio:8080</c>. Empty: none are, and images must come in the
    /// tasks themselves. No request can name another, so that nobody makes this server ask addresses that only it can reach.
    /// </summary>
    public string Host { get; init; } = "";

    /// <summary>A user's (legacy) token of that Label Studio, sent with each fetch. Empty: none is.</summary>
    public string ApiToken { get; init; } = "";

    /// <summary>What predicts: a checkpoint's id or an alias.</summary>
    public string Checkpoint { get; init; } = "default";

    /// <summary>For one image, from asking to its last byte.</summary>
    public int FetchSeconds { get; init; } = 20;

    // A record prints its members; the token is nobody's to read in a log.
    private bool PrintMembers(StringBuilder text)
    {
        text.Append($"Host = {Host}, Checkpoint = {Checkpoint}, FetchSeconds = {FetchSeconds}");
        return true;
    }
}
