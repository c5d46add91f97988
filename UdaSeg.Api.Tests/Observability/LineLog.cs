using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace UdaSeg.Api.Tests.Observability;

/// <summary>Log lines with the scopes they were written in.</summary>
internal sealed class LineLog : ILoggerProvider, ISupportExternalScope, ILogger
{
    private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    public ConcurrentQueue<string> Lines { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => _scopes.Push(state);

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        string line = formatter(state, exception);
        _scopes.ForEachScope((scope, _) => line += " | " + scope, 0);
        Lines.Enqueue(line);
    }

    public void Dispose()
    {
    }
}
