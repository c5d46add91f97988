namespace UdaSeg.Infrastructure.Serving;

/// <summary>Something that must work before the server can take requests. Register any number; <c>GET /health/ready</c> asks them all.</summary>
public interface IReadinessCheck
{
    /// <summary>As shown to operators, such as <c>database</c>.</summary>
    string Name { get; }

    /// <returns>Null when all is well; else a sentence without paths or secrets. Exceptions count as failures and are logged, not shown.</returns>
    ValueTask<string?> CheckAsync(CancellationToken cancel);
}
