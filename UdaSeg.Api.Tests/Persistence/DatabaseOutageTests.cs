using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using UdaSeg.Api.Tests.Support;
using UdaSeg.Infrastructure.Persistence;
using Xunit;

namespace UdaSeg.Api.Tests.Persistence;

public sealed class DatabaseOutageTests
{
    private static readonly NpgsqlException Refused = new("refused", new SocketException((int)SocketError.ConnectionRefused));

    public static TheoryData<string, bool, bool> Codes => new()
    {
        { PostgresErrorCodes.AdminShutdown, true, false },
        { PostgresErrorCodes.CrashShutdown, true, false },
        { PostgresErrorCodes.CannotConnectNow, true, false },
        { PostgresErrorCodes.ConnectionFailure, true, false },
        { PostgresErrorCodes.TooManyConnections, true, false },
        { PostgresErrorCodes.UniqueViolation, false, true },
        { PostgresErrorCodes.SerializationFailure, false, true },
        { PostgresErrorCodes.DeadlockDetected, false, true },
        { PostgresErrorCodes.NotNullViolation, false, false },
        { PostgresErrorCodes.UndefinedTable, false, false },
        { PostgresErrorCodes.InvalidPassword, false, false },
    };

    [Theory]
    [MemberData(nameof(Codes))]
    public void An_outage_is_no_race_and_neither_is_a_defect(string code, bool outage, bool race)
    {
        var said = new PostgresException("text", "ERROR", "ERROR", code);
        var saving = new DbUpdateException("x", said);
        foreach (Exception fault in new Exception[] { said, saving, new InvalidOperationException("y", saving) })
        {
            Assert.Equal((outage, race), (DatabaseOutage.IsOutage(fault), DatabaseFaults.IsRace(fault)));
        }
    }

    [Fact]
    public void An_outage_is_found_however_it_is_wrapped_and_nothing_else_is_one()
    {
        Assert.True(DatabaseOutage.IsOutage(Refused));
        Assert.True(DatabaseOutage.IsOutage(new RetryLimitExceededException("x", new InvalidOperationException("y", Refused))));
        Assert.True(DatabaseOutage.IsOutage(new NpgsqlException("read", new IOException("end of stream"))));
        Assert.False(DatabaseOutage.IsOutage(new HttpRequestException("x", new SocketException((int)SocketError.ConnectionRefused))));
        Assert.False(DatabaseOutage.IsOutage(new DbUpdateConcurrencyException("x")));
        Assert.False(DatabaseFaults.IsRace(Refused));
    }

    [Fact]
    public void A_lost_race_is_repeated_and_an_outage_is_not()
    {
        int races = 0;
        Assert.Equal(3, DatabaseRetry.Run(() => ++races < 3 ? throw new DbUpdateConcurrencyException("x") : races));
        int outages = 0;
        Assert.Throws<DbUpdateException>(() => DatabaseRetry.Run<int>(() => throw new DbUpdateException($"{++outages}", Refused)));
        Assert.Equal(1, outages);
    }

    [Fact]
    public void Work_is_repeated_until_the_database_is_back()
    {
        int tries = 0;
        DatabaseOutage.RideOut(TimeProvider.System, TimeSpan.FromMinutes(1), () =>
        {
            if (++tries < 3) throw Refused;
        });
        Assert.Equal(3, tries);
    }

    [Fact]
    public void Patience_ends_with_the_last_failure()
    {
        int tries = 0;
        var clock = new ManualClock(TimeSpan.FromSeconds(1)); // a second passes at each look
        NpgsqlException last = Assert.Throws<NpgsqlException>(() => DatabaseOutage.RideOut<int>(clock, TimeSpan.FromSeconds(3), () =>
            throw new NpgsqlException($"{++tries}", Refused)));
        Assert.Equal("3", last.Message);
    }

    [Fact]
    public void What_is_no_outage_is_thrown_at_once()
    {
        int tries = 0;
        Assert.Throws<InvalidDataException>(() => DatabaseOutage.RideOut<int>(
            TimeProvider.System, TimeSpan.FromMinutes(1), () => throw new InvalidDataException($"{++tries}")));
        Assert.Equal(1, tries);
    }

    [Fact]
    public void A_stop_ends_the_waiting()
    {
        int tries = 0;
        using var stop = new CancellationTokenSource();
        Assert.Throws<NpgsqlException>(() => DatabaseOutage.RideOut(TimeProvider.System, TimeSpan.FromHours(1), () =>
        {
            if (++tries == 2) stop.Cancel();
            throw Refused;
        }, stop.Token));
        Assert.Equal(2, tries);
    }
}
