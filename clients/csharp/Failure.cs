namespace UdaSeg.Client;

/// <summary>The service refused or failed. What it said is in <see cref="Problem"/>.</summary>
public partial class UdaSegException
{
    /// <summary>Null when the answer was no problem of the service, such as that of a proxy on the way.</summary>
    public Problem? Problem => this is UdaSegException<Problem> { Result: var problem } ? problem : null;

    /// <summary>Stable, kebab-case; switch on it.</summary>
    public string? Code => Problem?.Code;

    public override string Message => Problem is { } problem ? $"{problem.Title} ({problem.Status}, {problem.Code}): {problem.Detail}" : base.Message;
}
