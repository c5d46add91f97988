using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;
using UdaSeg.Api.Security;

namespace UdaSeg.Api.OpenApi;

/// <summary>How a caller is known, and which role each operation asks for (<c>x-role</c>).</summary>
internal sealed class AccessNotes : IOperationFilter
{
    private const string Key = "apiKey", Bearer = "bearer";

    public static void AddSchemes(SwaggerGenOptions options)
    {
        options.AddSecurityDefinition(Key, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = AccessScheme.KeyHeader,
            Description = "A key of the operator's. A server on loopback without keys needs none.",
        });
        options.AddSecurityDefinition(Bearer, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "The same key, or a token of the OpenID Connect issuer that the operator named.",
        });
    }

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (AccessPolicies.RoleOf(context.ApiDescription.ActionDescriptor.EndpointMetadata) is not { } role) return;
        operation.AddExtension("x-role", new JsonNodeExtension(JsonValue.Create(AccessPolicies.NameOf(role))));
        operation.Security = [Of(Key, context.Document), Of(Bearer, context.Document)];
    }

    private static OpenApiSecurityRequirement Of(string scheme, OpenApiDocument document) => new() { [new OpenApiSecuritySchemeReference(scheme, document)] = [] };
}
