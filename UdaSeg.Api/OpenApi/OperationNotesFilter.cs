using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;
using UdaSeg.Api.Errors;
using UdaSeg.Api.Security;

namespace UdaSeg.Api.OpenApi;

/// <summary>Adds to each operation what its endpoint's notes say: bodies read by hand, binary answers, problems.</summary>
internal sealed class OperationNotesFilter : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        IList<object> metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
        operation.Responses ??= [];

        // One route for GET and HEAD has one name, but an operation's id must be its own.
        if (HttpMethods.IsHead(context.ApiDescription.HttpMethod ?? "")) operation.OperationId += "Head";
        if (metadata.OfType<RawImageNote>().FirstOrDefault() is { } raw) AddRawImage(operation, raw);
        if (metadata.OfType<FormNote>().FirstOrDefault() is { } form) AddForm(operation, form);
        foreach (BinaryNote binary in metadata.OfType<BinaryNote>()) AddBinary(operation, binary);
        DescribeProblems(operation, metadata, context.Document);
        foreach (OpenApiResponse answer in operation.Responses.Values.OfType<OpenApiResponse>()) answer.Description ??= "";
    }

    private static void AddRawImage(OpenApiOperation operation, RawImageNote note)
    {
        OpenApiRequestBody body = Body(operation);
        foreach (string type in OperationNotes.ImageTypes) body.Content![type] = new OpenApiMediaType { Schema = Bytes(note.Description) };
    }

    private static void AddForm(OpenApiOperation operation, FormNote note)
    {
        OpenApiSchema schema = new()
        {
            Type = JsonSchemaType.Object,
            Properties = note.Parts.ToDictionary(p => p.Name, IOpenApiSchema (p) => p.File ? Bytes(p.Description) : Text(p.Description)),
            Required = note.Parts.Where(p => p.Required).Select(p => p.Name).ToHashSet(),
        };
        Body(operation).Content!["multipart/form-data"] = new OpenApiMediaType { Schema = schema };
    }

    private static void AddBinary(OpenApiOperation operation, BinaryNote note)
    {
        string status = note.Status.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (!operation.Responses!.TryGetValue(status, out IOpenApiResponse? known) || known is not OpenApiResponse answer)
        {
            operation.Responses[status] = answer = new OpenApiResponse();
        }
        answer.Description = note.Description;
        answer.Content ??= new Dictionary<string, IOpenApiMediaType>();
        foreach (string type in note.MediaTypes) answer.Content[type] = new OpenApiMediaType { Schema = Bytes(null) };
        foreach ((string name, string meaning) in note.Headers)
        {
            answer.Headers ??= new Dictionary<string, IOpenApiHeader>();
            answer.Headers[name] = new OpenApiHeader { Description = meaning, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
        }
    }

    /// <summary>Those of the notes, those that the framework's own metadata named, and one for whatever else may happen.</summary>
    private static void DescribeProblems(OpenApiOperation operation, IList<object> metadata, OpenApiDocument document)
    {
        IEnumerable<string> noted = metadata.OfType<FailureNote>()
            .SelectMany(n => n.Statuses)
            .Select(s => s.ToString(System.Globalization.CultureInfo.InvariantCulture));
        string[] declared = [.. operation.Responses!.Where(r => r.Value.Content?.ContainsKey(Problem.MediaType) == true).Select(r => r.Key)];
        string[] refusals = AccessPolicies.RoleOf(metadata) is null ? [] : ["401", "403", "429"];
        foreach (string status in refusals.Concat(noted).Concat(declared).Append("default").Distinct())
        {
            operation.Responses![status] = new OpenApiResponse
            {
                Description = Meaning(status),
                Headers = status is "429" or "503" ? new Dictionary<string, IOpenApiHeader> { ["Retry-After"] = RetryAfter } : null,
                Content = new Dictionary<string, IOpenApiMediaType>
                {
                    [Problem.MediaType] = new OpenApiMediaType { Schema = new OpenApiSchemaReference(ProblemSchema.Name, document) },
                },
            };
        }
    }

    private static OpenApiHeader RetryAfter => new() { Description = "Seconds.", Schema = new OpenApiSchema { Type = JsonSchemaType.Integer } };

    private static string Meaning(string status) => status switch
    {
        "400" => "Malformed request",
        "401" => "No key or token, or one that is not accepted",
        "403" => "The caller's role does not allow this",
        "404" => "Not found",
        "406" => "None of the accepted media types can be produced",
        "409" => "In conflict with the present state",
        "412" => "Not in the state that If-Match or If-None-Match names",
        "413" => "Larger than a limit; limit and actual tell by how much",
        "415" => "Not a supported type",
        "416" => "Range not satisfiable",
        "422" => "Understood but unusable",
        "429" => "More than the caller's quota; Retry-After tells when to come back",
        "503" => "Busy; Retry-After tells when to come back",
        "504" => "Not ready in time; the work was given up",
        _ => "Any other failure",
    };

    private static OpenApiRequestBody Body(OpenApiOperation operation)
    {
        if (operation.RequestBody is not OpenApiRequestBody body) operation.RequestBody = body = new OpenApiRequestBody { Required = true };
        body.Content ??= new Dictionary<string, IOpenApiMediaType>();
        return body;
    }

    // OpenAPI 3.1 describes raw bytes by an empty schema; "format: binary" is what client generators and Swagger UI still look for.
    private static OpenApiSchema Bytes(string? description) => new() { Type = JsonSchemaType.String, Format = "binary", Description = description };

    private static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };
}
