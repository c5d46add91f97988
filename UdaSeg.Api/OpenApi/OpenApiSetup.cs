using Microsoft.OpenApi;
using UdaSeg.Api.Security;

namespace UdaSeg.Api.OpenApi;

/// <summary>The OpenAPI 3.1 document at <c>/swagger/v1/swagger.json</c>, and Swagger UI at <c>/swagger</c>.</summary>
internal static class OpenApiSetup
{
    private const string Description =
        "Unsupervised domain adaptation for semantic segmentation: photometric alignment, self-training in stages, evaluation and serving. "
        + "Errors are RFC 9457 problems with a stable code.";

    public static IServiceCollection AddOpenApiDocument(this IServiceCollection services) => services
        .AddEndpointsApiExplorer()
        .AddSwaggerGen(options =>
        {
            options.SwaggerDoc("v1", new OpenApiInfo { Title = "UdaSeg", Version = "v1", Description = Description });
            options.SupportNonNullableReferenceTypes();
            options.NonNullableReferenceTypesAsRequired();
            options.CustomSchemaIds(SchemaName);
            options.MapType<ReadOnlyMemory<byte>>(() => new OpenApiSchema { Type = JsonSchemaType.String, Format = "byte" });
            options.MapType<ReadOnlyMemory<byte>?>(() => new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Null, Format = "byte" });
            foreach (string name in (string[])["UdaSeg.Api", "UdaSeg.Infrastructure", "UdaSeg.Domain"])
            {
                string comments = Path.Combine(AppContext.BaseDirectory, $"{name}.xml");
                if (File.Exists(comments)) options.IncludeXmlComments(comments);
            }

            options.SchemaFilter<SchemaNotes>();
            options.ParameterFilter<ParameterNotes>();
            options.OperationFilter<OperationNotesFilter>();
            options.OperationFilter<HeaderNotes>();
            AccessNotes.AddSchemes(options);
            options.OperationFilter<AccessNotes>();
            options.DocumentFilter<ProblemSchema>();
        });

    public static void MapOpenApiDocument(this WebApplication app)
    {
        app.MapSwagger(setupAction: options => options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1).ForAnyone();
        app.MapSwaggerUI(setupAction: options =>
        {
            options.SwaggerEndpoint("/swagger/v1/swagger.json", "UdaSeg v1");
            options.DocumentTitle = "UdaSeg API";
            options.DisplayRequestDuration();
        }).ForAnyone();
    }

    /// <summary>Generic types read as words: <c>Page&lt;DatasetAnswer&gt;</c> is DatasetAnswerPage.</summary>
    private static string SchemaName(Type type) => type.IsGenericType
        ? string.Concat(type.GetGenericArguments().Select(SchemaName)) + type.Name.Split('`')[0]
        : type.Name;
}
