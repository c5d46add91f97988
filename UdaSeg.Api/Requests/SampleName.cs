namespace UdaSeg.Api.Requests;

/// <summary>A sample's name in a path.</summary>
internal static class SampleName
{
    /// <summary>Routing leaves an escaped slash as it is.</summary>
    public static string Of(string segment) => segment.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
