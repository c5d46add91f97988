using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;
using UdaSeg.Api.Idempotency;

namespace UdaSeg.Api.OpenApi;

/// <summary>Headers that filters and handlers read and write by hand.</summary>
internal sealed class HeaderNotes : IOperationFilter
{
    private const int MaxKey = 255;

    private const string KeyMeaning =
        "1 to 255 visible ASCII characters, such as a UUID. Sent again with the same request, the first answer is given again and nothing is made twice; with "
        + "another request it is 422 idempotency-key-reused, and while the first is in work 409 idempotency-key-in-use. Refusals are not remembered. "
        + "GET /api/v1/limits tells for how long answers are.";

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        IList<object> metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<KeyedNote>().Any())
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = KeyedRoutes.KeyHeader,
                In = ParameterLocation.Header,
                Description = KeyMeaning,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = MaxKey, Pattern = "^[!-~]+$" },
            });
            Describe(operation, KeyedRoutes.ReplayedHeader, "true: this is an earlier request's answer.");
        }

        if (metadata.OfType<EtagNote>().Any()) Describe(operation, "ETag", "Changes with the resource; for If-Match.");
    }

    private static void Describe(OpenApiOperation operation, string header, string meaning)
    {
        foreach ((string status, IOpenApiResponse answer) in operation.Responses ?? [])
        {
            if (!status.StartsWith('2') || answer is not OpenApiResponse made) continue;
            made.Headers ??= new Dictionary<string, IOpenApiHeader>();
            made.Headers[header] = new OpenApiHeader { Description = meaning, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
        }
    }
}
