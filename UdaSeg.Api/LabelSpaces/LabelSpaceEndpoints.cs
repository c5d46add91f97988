using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using UdaSeg.Api.Idempotency;
using UdaSeg.Api.OpenApi;
using UdaSeg.Api.Security;
using UdaSeg.Domain.Errors;
using UdaSeg.Domain.Labels;
using UdaSeg.Infrastructure.Persistence;
using UdaSeg.Infrastructure.Settings;

namespace UdaSeg.Api.LabelSpaces;

/// <summary>A label space to add.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CreateLabelSpace
{
    /// <summary>1 to 100 characters; the id is made of it.</summary>
    public required string Name { get; init; }

    /// <summary>1 to 255 classes with the indices 0, 1, 2 and so on.</summary>
    public required IReadOnlyList<LabelClass> Classes { get; init; }

    /// <summary>Named selections of class indices, over which mean IoU is reported too.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<int>>? Subsets { get; init; }
}

/// <param name="Items">The built-in ones first.</param>
/// <param name="NextCursor">Always null: there are few.</param>
internal sealed record LabelSpaceList(IReadOnlyList<LabelSpace> Items, string? NextCursor = null);

/// <summary>The classes that models tell apart.</summary>
internal static class LabelSpaceEndpoints
{
    private const int MaxId = 64;

    public static void Map(IEndpointRouteBuilder api)
    {
        RouteGroupBuilder group = api.MapGroup("/label-spaces").WithTags("Label spaces");
        group.MapGet("/", ListLabelSpaces).Needs(AccessRole.Viewer).WithName("listLabelSpaces");
        group.MapGet("/{id}", GetLabelSpace).Needs(AccessRole.Viewer).WithName("getLabelSpace").Fails(404);
        group.MapPost("/", CreateLabelSpace)
            .Needs(AccessRole.Trainer).WithName("createLabelSpace").TakesIdempotencyKey().Produces<LabelSpace>(201).Produces<LabelSpace>().Fails(400, 409, 413, 415, 422);
    }

    /// <summary>Lists the label spaces</summary>
    private static async Task<LabelSpaceList> ListLabelSpaces(LabelSpaceStore spaces, CancellationToken cancel) => new(await spaces.ListAsync(cancel));

    /// <summary>A label space</summary>
    /// <param name="id">Such as <c>cityscapes19</c>.</param>
    private static Task<LabelSpace> GetLabelSpace(string id, LabelSpaceStore spaces, CancellationToken cancel) => spaces.GetAsync(id, cancel);

    /// <summary>Adds a label space</summary>
    /// <remarks>The id is made of the name. The same name with the same content answers what is there (200); with other content it is a conflict.</remarks>
    private static async Task<IResult> CreateLabelSpace(CreateLabelSpace body, LabelSpaceStore spaces, CancellationToken cancel)
    {
        if (body.Classes.Any(c => c is null)) throw Invalid("classes", "A class must be an object.");
        if (body.Subsets?.Any(s => s.Value is null) == true) throw Invalid("subsets", "A subset must be a list of indices.");
        LabelSpace space = LabelSpace.Create(IdOf(body.Name), body.Name, body.Classes, body.Subsets);
        if (await spaces.FindAsync(space.Id, cancel) is { } known)
        {
            return Same(known, space)
                ? TypedResults.Ok(known)
                : throw new RuleViolationException(RuleKind.Conflict, "label-space-exists", $"There already is a label space '{space.Id}' with other content.");
        }

        await spaces.AddAsync(space, cancel);
        return TypedResults.Created($"/api/v1/label-spaces/{space.Id}", space);
    }

    /// <summary>Letters and digits in lower case, anything else as single hyphens; a UUID when nothing is left.</summary>
    private static string IdOf(string name)
    {
        StringBuilder id = new();
        foreach (char c in name.ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(c)) id.Append(c);
            else if (id.Length > 0 && id[^1] != '-') id.Append('-');
        }

        string slug = id.ToString()[..Math.Min(id.Length, MaxId)].Trim('-');
        return slug.Length > 0 ? slug : Guid.CreateVersion7().ToString();
    }

    private static bool Same(LabelSpace a, LabelSpace b) => JsonSerializer.Serialize(Sorted(a)) == JsonSerializer.Serialize(Sorted(b));

    private static LabelSpace Sorted(LabelSpace space) =>
        space with { Subsets = new SortedDictionary<string, IReadOnlyList<int>>(space.Subsets.ToDictionary(), StringComparer.Ordinal) };

    private static RuleViolationException Invalid(string field, string message) =>
        new(RuleKind.Unusable, "invalid-label-space", "The label space is not usable.", new Dictionary<string, string[]> { [field] = [message] });
}
