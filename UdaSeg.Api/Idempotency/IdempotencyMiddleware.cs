using System.Security.Cryptography;
using System.Text;
using UdaSeg.Api.Errors;
using UdaSeg.Api.Security;
using UdaSeg.Domain.Errors;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Idempotency;

/// <summary>Lets a client send a request again that it has no answer to, see ADR-020.</summary>
internal sealed class IdempotencyMiddleware(
    RequestDelegate next, IdempotencyStore store, UdaSegSettings settings, TimeProvider clock, ILogger<IdempotencyMiddleware> log)
{
    private const int MaxKey = 255;

    /// <summary>Beside a form's largest part.</summary>
    private const long MaxForm = 4L << 20;

    /// <summary>In seconds; for those that come while the first is still in work.</summary>
    private const string RetryAfter = "5";

    /// <summary>Most work is done in less, and its answer is worth more than a refusal.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(25), LongestPause = TimeSpan.FromMilliseconds(400);

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<KeyedNote>() is null || !context.Request.Headers.TryGetValue(KeyedRoutes.KeyHeader, out var given))
        {
            await next(context);
            return;
        }

        if (given is not [{ } key] || key.Length is 0 or > MaxKey || key.Any(c => c is < '!' or > '~'))
        {
            throw new RuleViolationException(RuleKind.Malformed, "invalid-idempotency-key", $"An Idempotency-Key is 1 to {MaxKey} visible ASCII characters.");
        }

        KeySight sight = await LookAsync(IdOf(context, key), context.RequestAborted);
        if (sight.Mine is { } claim) await WorkAsync(context, claim);
        else if (sight.Answer is { } answer) await RepeatAsync(context, answer);
        else await RefuseAsync(context);
    }

    private async Task<KeySight> LookAsync(string id, CancellationToken cancel)
    {
        long start = clock.GetTimestamp();
        for (TimeSpan pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            KeySight sight = await store.ClaimAsync(id, cancel);
            if (sight is not { Mine: null, Answer: null } || clock.GetElapsedTime(start) >= Patience) return sight;
            await Task.Delay(pause, clock, cancel);
        }
    }

    /// <summary>
    /// To its end, though the client may leave: whoever sends a key comes back for the answer. A client that leaves in the midst of its body still ends it.
    /// </summary>
    private async Task WorkAsync(HttpContext context, KeyClaim claim)
    {
        CancellationToken left = context.RequestAborted;
        bool kept = false;
        using var over = new CancellationTokenSource();
        Task beats = BeatAsync(claim, over.Token);
        using var copy = new AnswerCopy(context);
        try
        {
            RequestDigest digest = RequestDigest.Begin(context.Request);
            context.RequestAborted = CancellationToken.None;
            await next(context);
            if (context.Response.StatusCode is >= 200 and < 300)
            {
                kept = true; // from here on something is made: the key must not be as good as new
                await KeepAsync(claim, copy, digest);
            }
        }
        finally
        {
            context.RequestAborted = left;
            await over.CancelAsync();
            await beats;
            if (!kept) await ReleaseAsync(claim);
        }

        await copy.SendAsync();
    }

    private async Task RepeatAsync(HttpContext context, KeptAnswer answer)
    {
        long maxBytes = Math.Max(settings.Limits.MaxArchiveBytes, settings.Limits.MaxWeightsBytes) + MaxForm;
        if (await RequestDigest.OfAsync(context.Request, maxBytes, context.RequestAborted) != answer.Request)
        {
            throw new RuleViolationException(RuleKind.Unusable, "idempotency-key-reused", "Another request was answered under this Idempotency-Key. Take a new one.");
        }

        await AnswerCopy.RepeatAsync(context, answer);
    }

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = RetryAfter;
        return Problem.WriteAsync(context, Problem.Of(
            context, 409, "idempotency-key-in-use", "Conflict", "A request with this Idempotency-Key is still in work. Ask again in a while."));
    }

    private async Task BeatAsync(KeyClaim claim, CancellationToken over)
    {
        using var timer = new PeriodicTimer(IdempotencyStore.BeatEvery, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(over)) await BeatOnceAsync(claim, over);
        }
        catch (OperationCanceledException)
        {
            // the work is done
        }
    }

    private async Task BeatOnceAsync(KeyClaim claim, CancellationToken over)
    {
        try
        {
            await store.BeatAsync(claim, over);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            log.LogWarning("A claim of an Idempotency-Key could not be renewed: {Fault}", fault.GetBaseException().Message); // the next may succeed
        }
    }

    // What was made is made: its answer goes out even where it cannot be kept.
    private async Task KeepAsync(KeyClaim claim, AnswerCopy copy, RequestDigest digest)
    {
        try
        {
            KeptAnswer answer = copy.ToKeep(await digest.EndAsync(CancellationToken.None));
            if (!await store.KeepAsync(claim, answer)) log.LogWarning("An Idempotency-Key was taken over while its request was in work");
        }
        catch (Exception fault)
        {
            log.LogWarning(fault, "An answer could not be kept under its Idempotency-Key");
        }
    }

    private async Task ReleaseAsync(KeyClaim claim)
    {
        try
        {
            await store.ReleaseAsync(claim);
        }
        catch (Exception fault)
        {
            log.LogWarning("A claim of an Idempotency-Key could not be given up: {Fault}", fault.GetBaseException().Message); // it ends by its silence
        }
    }

    // One caller's keys are nobody else's: a session is a caller of its own, as who began it is not told.
    private static string IdOf(HttpContext context, string key)
    {
        string caller = Caller.Of(context.User) is { } known ? $"{known.Kind}\n{known.Name}" : "";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{key}\n{caller}")));
    }
}
