namespace UdaSeg.Infrastructure.Settings;

/// <summary>Which pages of other origins a browser lets use the service.</summary>
public sealed record CorsSettings
{
    public const string Any = "*";

    /// <summary>Such as <c>https://app.example</c> or <c>http://localhost:5173</c>; or <c>*</c> alone. Empty: no page but the service's own.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>Any page may ask, but without the browser's cookies and certificates.</summary>
    public bool AnyOrigin => Origins is [Any];
}
