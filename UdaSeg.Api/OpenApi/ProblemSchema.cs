using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace UdaSeg.Api.OpenApi;

/// <summary>The form of every error answer. Takes the place of the framework's type, which does not know the members that ours always has.</summary>
internal sealed class ProblemSchema : IDocumentFilter
{
    public const string Name = "Problem";

    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        swaggerDoc.Components ??= new OpenApiComponents();
        swaggerDoc.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
        swaggerDoc.Components.Schemas.Remove("ProblemDetails");
        swaggerDoc.Components.Schemas[Name] = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = "RFC 9457, with a stable code and the request's trace id.",
            Required = new HashSet<string> { "type", "title", "status", "instance", "code", "traceId" },
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["type"] = Text("A URN made of the code."),
                ["title"] = Text("The status in words."),
                ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "The HTTP status." },
                ["detail"] = Text("What went wrong, for people."),
                ["instance"] = Text("The request's path."),
                ["code"] = Text("Stable, kebab-case; switch on it."),
                ["traceId"] = Text("Finds the request in the server's log."),
                ["errors"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Description = "Faults by field.",
                    AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } },
                },
                ["limit"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64", Description = "With 413: what is allowed." },
                ["actual"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Integer | JsonSchemaType.Null,
                    Format = "int64",
                    Description = "With 413: what was sent, if known.",
                },
            },
        };
    }

    private static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };
}
