using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace UdaSeg.Infrastructure.Telemetry;

/// <summary>Hears of every command, connection and transaction that fails; changes nothing.</summary>
internal sealed class DatabaseFailures(StorageMeter meter) : IDbCommandInterceptor, IDbConnectionInterceptor, IDbTransactionInterceptor
{
    public void CommandFailed(DbCommand command, CommandErrorEventData eventData) => meter.DatabaseFailed(eventData.Exception);

    public Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default) =>
        Count(eventData.Exception);

    public void ConnectionFailed(DbConnection connection, ConnectionErrorEventData eventData) => meter.DatabaseFailed(eventData.Exception);

    public Task ConnectionFailedAsync(DbConnection connection, ConnectionErrorEventData eventData, CancellationToken cancellationToken = default) =>
        Count(eventData.Exception);

    public void TransactionFailed(DbTransaction transaction, TransactionErrorEventData eventData) => meter.DatabaseFailed(eventData.Exception);

    public Task TransactionFailedAsync(DbTransaction transaction, TransactionErrorEventData eventData, CancellationToken cancellationToken = default) =>
        Count(eventData.Exception);

    private Task Count(Exception fault)
    {
        meter.DatabaseFailed(fault);
        return Task.CompletedTask;
    }
}
