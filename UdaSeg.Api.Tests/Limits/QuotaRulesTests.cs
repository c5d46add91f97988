using System.Net;
using Microsoft.AspNetCore.Http;
using UdaSeg.Api.Limits;
using UdaSeg.Api.Security;
using UdaSeg.Domain.Errors;
using UdaSeg.Infrastructure.Settings;
using Xunit;

namespace UdaSeg.Api.Tests.Limits;

/// <summary>Who counts as one caller, and what counts.</summary>
public sealed class QuotaRulesTests
{
    [Fact]
    public async Task Without_keys_addresses_are_told_apart_and_IPv6_by_network()
    {
        using Quotas quotas = new(With(new() { RequestsPerMinute = 1 }));
        Assert.True(await PassesAsync(quotas, At("192.0.2.1")));
        Assert.False(await PassesAsync(quotas, At("192.0.2.1")));
        Assert.False(await PassesAsync(quotas, At("::ffff:192.0.2.1")));
        Assert.True(await PassesAsync(quotas, At("192.0.2.2")));
        Assert.True(await PassesAsync(quotas, At("2001:db8:1:2::1")));
        Assert.False(await PassesAsync(quotas, At("2001:db8:1:2:3::4")));
        Assert.True(await PassesAsync(quotas, At("2001:db8:1:3::1")));
        Assert.True(await PassesAsync(quotas, At(null)));
        Assert.False(await PassesAsync(quotas, At(null)));
    }

    [Fact]
    public async Task A_key_and_its_sessions_are_one_caller_and_a_token_of_the_same_name_is_another()
    {
        using Quotas quotas = new(With(new() { RequestsPerMinute = 1 }));
        Assert.True(await PassesAsync(quotas, At("192.0.2.1", CallerKind.ApiKey)));
        Assert.False(await PassesAsync(quotas, At("192.0.2.2", CallerKind.Session)));
        Assert.True(await PassesAsync(quotas, At("192.0.2.1", CallerKind.Token)));
        Assert.True(await PassesAsync(quotas, At("192.0.2.1")));
    }

    [Fact]
    public async Task POSTs_have_a_quota_of_their_own()
    {
        using Quotas quotas = new(With(new() { RequestsPerMinute = 5, PostsPerMinute = 2 }));
        for (int i = 0; i < 2; i++) Assert.True(await PassesAsync(quotas, At("192.0.2.1"), "POST"));
        Assert.False(await PassesAsync(quotas, At("192.0.2.1"), "POST"));
        for (int i = 0; i < 2; i++) Assert.True(await PassesAsync(quotas, At("192.0.2.1"), "PUT"));
        Assert.False(await PassesAsync(quotas, At("192.0.2.1")));
    }

    [Fact]
    public async Task Zero_is_no_limit()
    {
        using Quotas quotas = new(With(new() { RequestsPerMinute = 0, PostsPerMinute = 0, RefusedKeysPerMinute = 0 }));
        for (int i = 0; i < 20_000; i++) Assert.True(await PassesAsync(quotas, At("192.0.2.1"), "POST"));
    }

    [Theory]
    [InlineData(60, 1)]
    [InlineData(6, 10)]
    [InlineData(1, 60)]
    public void The_refusal_tells_when_the_next_token_comes(int perMinute, double seconds)
    {
        using Quota quota = new(perMinute, "things");
        RuleViolationException? refusal = null;
        for (int i = 0; i <= perMinute && refusal is null; i++) refusal = Record.Exception(() => quota.Take("a")) as RuleViolationException;

        Assert.Equal((RuleKind.Quota, "quota-exceeded"), (refusal!.Kind, refusal.Code));
        Assert.InRange(refusal.RetryAfter!.Value.TotalSeconds, 0, seconds);
    }

    private static UdaSegSettings With(LimitSettings limits) => new() { Limits = limits };

    private static DefaultHttpContext At(string? address, CallerKind kind = CallerKind.Anybody)
    {
        var context = new DefaultHttpContext { User = new Caller("name", AccessRole.Viewer, kind).ToPrincipal() };
        context.Connection.RemoteIpAddress = address is null ? null : IPAddress.Parse(address);
        return context;
    }

    private static async Task<bool> PassesAsync(Quotas quotas, HttpContext context, string method = "GET")
    {
        (context.Request.Method, context.Request.Path) = (method, "/api/v1/anything");
        bool passed = false;
        try
        {
            await quotas.ChargeAsync(context, _ =>
            {
                passed = true;
                return Task.CompletedTask;
            });
        }
        catch (RuleViolationException refusal) when (refusal.Kind == RuleKind.Quota)
        {
            Assert.False(passed);
        }

        return passed;
    }
}
