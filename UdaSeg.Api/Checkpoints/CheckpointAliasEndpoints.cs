using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using UdaSeg.Api.OpenApi;
using UdaSeg.Api.Requests;
using UdaSeg.Api.Security;
using UdaSeg.Domain.Checkpoints;
using UdaSeg.Domain.Errors;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.Checkpoints;

/// <summary>What an alias serves from now on.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CheckpointAliasRequest
{
    /// <summary>A checkpoint's id, or another alias.</summary>
    public required string Checkpoint { get; init; }
}

/// <param name="Items">By name.</param>
public sealed record CheckpointAliasList(IReadOnlyList<CheckpointAlias> Items);

/// <summary>Names that serve checkpoints.</summary>
internal static partial class CheckpointAliasEndpoints
{
    public static void MapCheckpointAliases(this IEndpointRouteBuilder v1)
    {
        RouteGroupBuilder aliases = v1.MapGroup("/checkpoint-aliases").WithTags("Checkpoints");
        aliases.MapGet("/", List).Needs(AccessRole.Viewer).WithName("listCheckpointAliases");
        aliases.MapGet("/{name}", Get).Needs(AccessRole.Viewer).WithName("getCheckpointAlias").AnswersEtag().Produces(304).Fails(400, 404);
        aliases.MapPut("/{name}", Put).Needs(AccessRole.Admin).WithName("putCheckpointAlias").AnswersEtag().Fails(400, 412, 422);
        aliases.MapDelete("/{name}", Delete).Needs(AccessRole.Admin).WithName("deleteCheckpointAlias").Fails(400, 404, 412);
    }

    /// <summary>Lists the aliases by name.</summary>
    internal static async Task<Ok<CheckpointAliasList>> List(AliasStore aliases, CancellationToken cancel) =>
        TypedResults.Ok(new CheckpointAliasList(await aliases.ListAsync(cancel)));

    /// <summary>What an alias serves.</summary>
    /// <param name="name">As listed.</param>
    /// <param name="ifNoneMatch">An <c>ETag</c> of the alias that the caller knows: 304 when it is the present one.</param>
    internal static async Task<Results<Ok<CheckpointAlias>, StatusCodeHttpResult>> Get(
        string name, HttpContext context, AliasStore aliases, CancellationToken cancel, [FromHeader(Name = "If-None-Match")] string? ifNoneMatch = null)
    {
        var condition = Precondition.Of(context.Request);
        CheckpointAlias alias = await aliases.GetAsync(name, cancel);
        context.Response.Headers.ETag = alias.Etag;
        return condition.IsKnown(alias.Etag) ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : TypedResults.Ok(alias);
    }

    /// <summary>Points an alias at a checkpoint, once that has proved to load. If it does not, the old one goes on serving.</summary>
    /// <param name="name">1 to 64 of a–z, 0–9 and hyphens.</param>
    /// <param name="request">The checkpoint.</param>
    /// <param name="ifMatch">The alias's <c>ETag</c>: of several who change what they have read, the first succeeds, and the others learn of it (412).</param>
    /// <param name="ifNoneMatch"><c>*</c>: only if there is no such alias yet.</param>
    internal static async Task<Ok<CheckpointAlias>> Put(
        string name, CheckpointAliasRequest request, HttpContext context, AliasStore aliases, CheckpointProbe probe, CancellationToken cancel,
        [FromHeader(Name = "If-Match")] string? ifMatch = null, [FromHeader(Name = "If-None-Match")] string? ifNoneMatch = null)
    {
        // A name that reads as an id would hide the checkpoint of that id, or be hidden by it.
        if (!NamePattern().IsMatch(name) || Guid.TryParse(name, out _))
        {
            throw new RuleViolationException(
                RuleKind.Unusable, "invalid-alias", "An alias is 1 to 64 of a–z, 0–9 and hyphens, and no id.",
                new Dictionary<string, string[]> { ["name"] = ["[a-z0-9-]{1,64}"] });
        }

        var condition = Precondition.Of(context.Request);
        Checkpoint checkpoint = await aliases.ResolveAsync(request.Checkpoint, cancel) ?? throw UnknownCheckpoint(request.Checkpoint);
        await probe.CheckAsync(checkpoint);
        CheckpointAlias alias = await aliases.PutAsync(name, checkpoint.Id, cancel, known => condition.Require(known?.Etag));
        context.Response.Headers.ETag = alias.Etag;
        return TypedResults.Ok(alias);
    }

    /// <summary>Takes an alias away. Its checkpoint stays, and may be deleted then.</summary>
    /// <param name="name">As listed.</param>
    /// <param name="ifMatch">The alias's <c>ETag</c>: only if nobody has changed it since (else 412).</param>
    internal static async Task<NoContent> Delete(
        string name, HttpContext context, AliasStore aliases, CancellationToken cancel, [FromHeader(Name = "If-Match")] string? ifMatch = null)
    {
        var condition = Precondition.Of(context.Request);
        await aliases.DeleteAsync(name, cancel, known => condition.Require(known?.Etag));
        return TypedResults.NoContent();
    }

    internal static RuleViolationException UnknownCheckpoint(string name)
    {
        string message = $"There is no checkpoint '{name}'.";
        return new RuleViolationException(RuleKind.Unusable, "unknown-checkpoint", message, new Dictionary<string, string[]> { ["checkpoint"] = [message] });
    }

    [GeneratedRegex("\\A[a-z0-9-]{1,64}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}
