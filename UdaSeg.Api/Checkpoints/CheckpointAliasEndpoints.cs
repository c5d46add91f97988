using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.HttpResults;
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
        aliases.MapPut("/{name}", Put).Needs(AccessRole.Admin).WithName("putCheckpointAlias").ProducesProblem(400).ProducesProblem(422);
    }

    /// <summary>Lists the aliases by name.</summary>
    internal static async Task<Ok<CheckpointAliasList>> List(AliasStore aliases, CancellationToken cancel) =>
        TypedResults.Ok(new CheckpointAliasList(await aliases.ListAsync(cancel)));

    /// <summary>Points an alias at a checkpoint, once that has proved to load. If it does not, the old one goes on serving.</summary>
    /// <param name="name">1 to 64 of a–z, 0–9 and hyphens.</param>
    /// <param name="request">The checkpoint.</param>
    internal static async Task<Ok<CheckpointAlias>> Put(string name, CheckpointAliasRequest request, AliasStore aliases, CheckpointProbe probe,
        CancellationToken cancel)
    {
        // A name that reads as an id would hide the checkpoint of that id, or be hidden by it.
        if (!NamePattern().IsMatch(name) || Guid.TryParse(name, out _))
        {
            throw new RuleViolationException(
                RuleKind.Unusable, "invalid-alias", "An alias is 1 to 64 of a–z, 0–9 and hyphens, and no id.",
                new Dictionary<string, string[]> { ["name"] = ["[a-z0-9-]{1,64}"] });
        }

        Checkpoint checkpoint = await aliases.ResolveAsync(request.Checkpoint, cancel) ?? throw UnknownCheckpoint(request.Checkpoint);
        await probe.CheckAsync(checkpoint);
        return TypedResults.Ok(await aliases.PutAsync(name, checkpoint.Id, cancel));
    }

    internal static RuleViolationException UnknownCheckpoint(string name)
    {
        string message = $"There is no checkpoint '{name}'.";
        return new RuleViolationException(RuleKind.Unusable, "unknown-checkpoint", message, new Dictionary<string, string[]> { ["checkpoint"] = [message] });
    }

    [GeneratedRegex("\\A[a-z0-9-]{1,64}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}
